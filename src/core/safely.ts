/** Reading what somebody else wrote by a shape. */
import { z } from 'zod';

/**
 * As the shape's own `safeParse`, and never throws. zod 4 asks for `value.length` of whatever a text or a list with a bound should be, before
 * it asks what it is, and compares it: where that is an object that becomes no number, `{"length":{"toString":0}}`, comparing throws.
 */
export const safely = <S extends z.ZodType>(shape: S, value: unknown): z.ZodSafeParseResult<z.output<S>> => {
  try {
    return shape.safeParse(value);
  } catch {
    const message = 'has a "length" or another part that cannot be compared, so it is not what is asked for here';
    const error = new z.ZodError([{ code: 'custom', path: [], message, input: undefined }]);
    return { success: false, error: error as z.ZodError<z.output<S>> };
  }
};
