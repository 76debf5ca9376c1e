import type { ParameterDeclarations } from '../domain/parameters.js';
import type { StrategyClass } from '../domain/strategy.js';
import { AvellanedaStoikov } from './avellaneda-stoikov.js';
import { CrossVenueArbitrage } from './cross-venue-arbitrage.js';
import { Momentum } from './momentum.js';
import { OrderFlowImbalance } from './order-flow-imbalance.js';
import { PairsMeanReversion } from './pairs-mean-reversion.js';
import { SimpleMarketMaker } from './simple-market-maker.js';

/** The strategies that a configuration can name without a module, by class name. */
export const SHIPPED_STRATEGIES: ReadonlyMap<string, StrategyClass> = new Map<
  string,
  StrategyClass
>([
  ['SimpleMarketMaker', SimpleMarketMaker],
  ['AvellanedaStoikov', AvellanedaStoikov],
  ['Momentum', Momentum],
  ['PairsMeanReversion', PairsMeanReversion],
  ['CrossVenueArbitrage', CrossVenueArbitrage],
  ['OrderFlowImbalance', OrderFlowImbalance],
]);

/** Their declared parameters: what a ConfigurationManager checks against. */
export const SHIPPED_PARAMETERS: ReadonlyMap<string, ParameterDeclarations> = new Map(
  [...SHIPPED_STRATEGIES].map(([name, { parameters }]) => [name, parameters]),
);
