import { describe, expect, it } from 'vitest';
import { crashPoints } from '../support/crash.ts';
import { crashInCancel, crashInCheckout, crashInDispute, crashUnderLoad } from '../support/crash-money.ts';
import { crashInErasure, crashOnTheRoad } from '../support/crash-road.ts';

describe('killed once at each crash point', () => {
  it.each(crashPoints.checkout)('at %s, nothing is lost or half done', async (when) => {
    await expect(crashInCheckout(when)).resolves.toBeUndefined();
  });
  it.each([40, 130, 310])('after %i ms of customers, nothing is lost or half done', async (when) => {
    await expect(crashUnderLoad(when)).resolves.toBeUndefined();
  });
  it.each(crashPoints.cancel)('at %s, every cent goes back, once', async (when) => {
    await expect(crashInCancel(when)).resolves.toBeUndefined();
  });
  it.each(crashPoints.dispute)('at %s, what banks take is in the books, once', async (when) => {
    await expect(crashInDispute(when)).resolves.toBeUndefined();
  });
  it.each(crashPoints.road)('at %s, every task is there once, and every mail', async (when) => {
    await expect(crashOnTheRoad(when)).resolves.toBeUndefined();
  });
  it.each(crashPoints.erasure)('at %s, Onfleet knows nobody whom we erased', async (when) => {
    await expect(crashInErasure(when)).resolves.toBeUndefined();
  });
});
