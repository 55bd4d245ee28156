import { runDialogues } from './run.ts';

runDialogues('the embedded store, by Socket Mode', async () => undefined, 'socket');
