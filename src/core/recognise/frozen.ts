/**
 * Plain data (objects, lists, texts, numbers, typed arrays) as bytes and back: a heading in JSON, and behind it the numbers as they
 * lie in memory. Little endian, as every machine is that Node runs on; elsewhere nothing is believed.
 */

const MAGIC = 'sotto frozen 1\n\0';
const HEAD = MAGIC.length + 4;
/** Every stretch of numbers begins at a multiple of this, so that it is read where it lies. */
const ALIGNED = 8;
/** More numbers, or a longer heading, no pack makes. */
const MOST_BYTES = 256 * 2 ** 20;

const KINDS = { i8: Int8Array, i16: Int16Array, i32: Int32Array, f32: Float32Array, f64: Float64Array } as const;
type Kind = keyof typeof KINDS;
type Numbers = InstanceType<(typeof KINDS)[Kind]>;

/** By name and not by constructor: of those there is one in each realm. */
const NAMES: ReadonlyMap<string, Kind> = new Map([
  ['Int8Array', 'i8'],
  ['Int16Array', 'i16'],
  ['Int32Array', 'i32'],
  ['Float32Array', 'f32'],
  ['Float64Array', 'f64'],
]);

/** Where a typed array stood: of which kind, from which byte behind the heading, how many numbers. */
interface Hole {
  readonly numbers: readonly [Kind, number, number];
}

const up = (bytes: number): number => Math.ceil(bytes / ALIGNED) * ALIGNED;

const isLittle = (): boolean => new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** `value` holds nothing but what stands above: no object in a list, and no key `numbers` of its own. */
export const frozen = (value: object): Uint8Array => {
  const stretches: { readonly numbers: Numbers; readonly at: number }[] = [];
  let end = 0;
  const heading = new TextEncoder().encode(
    JSON.stringify(value, (_, part: unknown) => {
      const kind = ArrayBuffer.isView(part) ? NAMES.get(Object.prototype.toString.call(part).slice(8, -1)) : undefined;
      if (kind === undefined) return part;
      const numbers = part as Numbers;
      stretches.push({ numbers, at: end });
      const hole: Hole = { numbers: [kind, end, numbers.length] };
      end = up(end + numbers.byteLength);
      return hole;
    }),
  );
  const first = up(HEAD + heading.length);
  const bytes = new Uint8Array(first + end);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, heading.length, true);
  bytes.set(heading, HEAD);
  for (const { numbers, at } of stretches)
    bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), first + at);
  return bytes;
};

const isHole = (part: unknown): part is Hole =>
  typeof part === 'object' && part !== null && 'numbers' in part && Array.isArray(part.numbers);

/** The same data; its numbers lie in `bytes` itself where those are aligned. Null where it is nothing that was frozen, or not whole. */
export const thawed = (bytes: Uint8Array): unknown => {
  if (bytes.length < HEAD || bytes.length > MOST_BYTES || !isLittle()) return null;
  if (new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const first = up(HEAD + length);
  if (first > bytes.length) return null;
  const whole = bytes.byteOffset % ALIGNED === 0 ? bytes : bytes.slice();
  const numbersOf = ({ numbers: [kind, at, count] }: Hole): Numbers => {
    const Of = KINDS[kind];
    const from = whole.byteOffset + first + at;
    if (from + count * Of.BYTES_PER_ELEMENT > whole.byteOffset + whole.length) throw new RangeError('cut');
    return new Of(whole.buffer as ArrayBuffer, from, count);
  };
  try {
    const heading = new TextDecoder('utf-8', { fatal: true }).decode(whole.subarray(HEAD, HEAD + length));
    return filled(JSON.parse(heading), numbersOf);
  } catch {
    return null;
  }
};

/** Lists hold texts and numbers alone: they are long, and are not looked through. */
const filled = (part: unknown, numbersOf: (hole: Hole) => Numbers): unknown => {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  if (isHole(part)) return numbersOf(part);
  return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, filled(inner, numbersOf)]));
};
