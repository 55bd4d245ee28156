import { runDialogues } from './run.ts';

runDialogues('the embedded store', async () => undefined);
