import type { IndicatorFactory } from '../../domain/indicators.js';
import {
  ExponentialMovingAverage,
  SimpleMovingAverage,
  VolumeWeightedPrice,
  WeightedMovingAverage,
} from './averages.js';
import { BollingerBands, RealisedVolatility, ZScore } from './dispersion.js';
import {
  AverageTrueRange,
  MovingAverageConvergence,
  RelativeStrengthIndex,
} from './oscillators.js';
import { Microprice, OrderFlowWindow } from './touch.js';

/** The indicators of a strategy's context. */
export const indicatorFactory: IndicatorFactory = {
  sma: (period) => new SimpleMovingAverage(period),
  ema: (period) => ExponentialMovingAverage.of(period),
  wma: (period) => new WeightedMovingAverage(period),
  rsi: (period) => new RelativeStrengthIndex(period),
  macd: (options) => new MovingAverageConvergence(options),
  bollinger: (options) => new BollingerBands(options),
  atr: (period) => new AverageTrueRange(period),
  vwap: () => new VolumeWeightedPrice(),
  realisedVolatility: (options) => new RealisedVolatility(options),
  orderFlowImbalance: (period) => new OrderFlowWindow(period),
  microprice: () => new Microprice(),
  zScore: (period) => new ZScore(period),
};
