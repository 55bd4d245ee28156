/** That the search finds what it must not find elsewhere: without this, a test that finds nothing says nothing. */
import { describe, expect, it } from '@jest/globals';
import { createCanaries, found, joined, WAYS, writtenAs } from './canaries.ts';

const canaries = createCanaries();
const word = canaries.word('a word');
const name = canaries.letters('a name');
canaries.add('a figure', '8417263');
const all = canaries.all();

describe('the search for canaries', () => {
  it.each(WAYS)('finds one that is written as %s, wherever it begins, and names it', (way) => {
    for (const { name: called, words } of all)
      for (const written of writtenAs(way, words)) {
        const there = Buffer.concat([Buffer.from('before'), written, Buffer.from('behind')]);
        expect(found(there, all)).toContain(`${called}, as ${way}`);
      }
  });

  it.each([1, 2, 3, 4, 5, 6])('finds one in the base64 of a text in which %s bytes stand before it', (before) => {
    const text = `${'x'.repeat(before)}${word} and more`;
    expect(found(Buffer.from(text).toString('base64'), all)).toContain('a word, as base64');
    expect(found(Buffer.from(text).toString('base64url'), all)).toContain('a word, as base64url');
    expect(found(Buffer.from(text, 'utf16le').toString('base64'), all)).toContain('a word, as base64 of UTF-16');
  });

  it('finds one in other capitals, in the query of an address, in a dump of hex', () => {
    expect(found(name.toUpperCase(), all)).toEqual(['a name, as plain']);
    expect(found(`https://a.example/?q=${encodeURIComponent(`is ${word}?`)}`, all)).toEqual(['a word, as plain']);
    expect(found(Buffer.from(`x${name}`).toString('hex').toUpperCase(), all)).toEqual(['a name, as hex']);
  });

  it('finds a figure as people read it', () => {
    expect(found('EUR 8,417,263.00', all)).toEqual(['a figure, as plain']);
    expect(found('8.417.263,00 €', all)).toEqual(['a figure, as plain']);
  });

  it('finds one that was cut and spread over the fields of a line', () => {
    const line = JSON.stringify({ level: 'info', time: 'now', id: word.slice(0, 7), code: word.slice(7) });
    expect(found(line, all)).toEqual([]);
    expect(found(joined(`not JSON\n${line}\n`), all)).toEqual(['a word, as plain']);
  });

  it('finds nothing where nothing is, and its canaries are in nothing else', () => {
    expect(found(`${word.slice(1)} ${name.slice(0, -1)} 841726 ${JSON.stringify(process.versions)}`, all)).toEqual([]);
    expect(new Set(all.map(({ words }) => words)).size).toBe(3);
    expect(canaries.word('a word')).toBe(word);
  });
});
