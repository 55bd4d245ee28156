import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createPatience } from '../../../src/adapters/redis/patience.ts';

const LATE_MS = 1_500;
const SILENT_MS = 1_750;

/** Time passes for the clock alone: no timer runs meanwhile. */
const standStill = (ms: number): void => {
  skipped += ms;
};

let skipped = 0;
let told: string[] = [];
const open = () =>
  createPatience<string>({
    lateMs: LATE_MS,
    silentMs: SILENT_MS,
    late: (what) => void told.push(`${what} is late`),
    silent: () => void told.push('silent'),
  });

beforeEach(() => {
  skipped = 0;
  told = [];
  jest.useFakeTimers();
  const ran = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => ran() + skipped);
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

describe('patience with Redis', () => {
  it('ends for each that waits when its own time is over, the oldest first', () => {
    const patience = open();
    patience.asked('a');
    jest.advanceTimersByTime(1_000);
    patience.asked('b');
    patience.heard();
    jest.advanceTimersByTime(LATE_MS - 1_050);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(100);
    expect(told).toEqual(['a is late']);
    expect(patience.size()).toBe(1);
    jest.advanceTimersByTime(1_000);
    expect(told).toEqual(['a is late', 'b is late']);
  });

  it('does not end by what this process stood still for: the answer may lie unread', () => {
    const patience = open();
    patience.asked('a');
    standStill(60_000);
    jest.advanceTimersByTime(100);
    expect(told).toEqual([]);
    patience.heard();
    patience.done('a');
    jest.advanceTimersByTime(10_000);
    expect(told).toEqual([]);
  });

  it('ends all the same where there is no answer after it stood still', () => {
    const patience = open();
    patience.asked('a');
    standStill(60_000);
    jest.advanceTimersByTime(SILENT_MS + 50);
    expect(told).toEqual(['a is late', 'silent']);
  });

  it('finds a server silent that owes something, once, also when nothing waits for it any more', () => {
    const patience = open();
    patience.asked('a');
    jest.advanceTimersByTime(SILENT_MS - 50);
    expect(told).toEqual(['a is late']);
    jest.advanceTimersByTime(100);
    expect(told).toEqual(['a is late', 'silent']);
    jest.advanceTimersByTime(10_000);
    expect(told).toEqual(['a is late', 'silent']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('finds none silent that answers something, that owes nothing, or whose connection is gone', () => {
    const patience = open();
    patience.asked('a');
    for (let passed = 0; passed < 5_000; passed += 500) {
      jest.advanceTimersByTime(500);
      patience.heard();
    }
    expect(told).toEqual(['a is late']);
    jest.advanceTimersByTime(10_000);
    patience.asked('b');
    jest.advanceTimersByTime(1_000);
    expect(told).toEqual(['a is late']);
    jest.advanceTimersByTime(550);
    expect(told).toEqual(['a is late', 'b is late']);
    patience.ended();
    jest.advanceTimersByTime(10_000);
    expect(told).toEqual(['a is late', 'b is late']);
  });

  it('keeps no timer where nothing waits', () => {
    const patience = open();
    patience.asked('a');
    patience.done('a');
    jest.advanceTimersByTime(50);
    expect(jest.getTimerCount()).toBe(0);
  });
});
