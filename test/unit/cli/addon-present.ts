import { loadAddon } from '../../../src/addon/addon.js';
import { HftError } from '../../../src/domain/errors.js';

/** Whether the native addon is built; other trouble with it fails the tests. */
export const hasAddon = ((): boolean => {
  try {
    loadAddon();
    return true;
  } catch (error) {
    if (error instanceof HftError && error.code === 'HFT_ADDON_MISSING') return false;
    throw error;
  }
})();
