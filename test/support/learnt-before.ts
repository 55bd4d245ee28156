import { claimForPlaying } from '../../src/adapters/files/data-folder.ts';
import { askedModels } from '../../src/cli/learnt.ts';
import { modelKey } from '../../src/core/recognise/kept-model.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders } from '../../src/policies/pack.ts';
import { sharedModels, sharedRecogniser } from './shared-model.ts';

/** Commands that judge find the pack that ships already learnt in this data folder, as after `sotto ask`. */
export const learntBefore = async (data: string): Promise<void> => {
  claimForPlaying(data);
  const catalogue = loadCatalogue({ folders: packFolders(null) });
  await sharedRecogniser(catalogue);
  const key = modelKey({ catalogue });
  const learnt = await sharedModels().read(key);
  if (learnt !== null) await askedModels(data).write(key, learnt);
};
