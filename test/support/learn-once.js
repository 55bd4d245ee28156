// Whatever opens a stage needs the pack learnt, which takes seconds: here, once, before any test counts its own.
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders } from '../../src/policies/pack.ts';
import { sharedRecogniser } from './shared-model.ts';

export default async () => {
  await sharedRecogniser(loadCatalogue({ folders: packFolders(null) }));
};
