/**
 * What the platforms take. This store has one process, so that its memory counts for everybody; a restart begins with full
 * buckets, and a platform that is asked too often by that says so itself.
 */
import { createMemoryBudgets } from '../../core/budget.ts';
import type { Budgets } from '../../core/ports.ts';

export const createBudgets = (): Budgets => createMemoryBudgets();
