import { useTranslation } from 'adminjs';

/** What a noun's list is called. */
export function useLabel(): (resourceId: string) => string {
  const { translateLabel } = useTranslation();
  return (resourceId) => translateLabel(resourceId, resourceId);
}
