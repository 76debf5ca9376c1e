export type {
  BookSnapshot,
  CaptureCounts,
  LatencyFigures,
  StreamStatistics,
} from './addon/stream-engine.js';
export { ConnectionEvent } from './addon/stream-engine.js';
export { type ErrorCode, HftError } from './domain/errors.js';
export type { FeedChannel, FeedCredentials, FeedType } from './domain/feed.js';
export type {
  DataFeedConfig,
  FeedDrive,
  FeedState,
  FeedStatistics,
  FeedTransport,
} from './domain/feed-config.js';
export {
  type BookReason,
  type BookState,
  type DecodeError,
  EventKind,
  type WireFormat,
} from './domain/market-data.js';
export { MessageHandler } from './domain/message-handler.js';
export {
  ExecutionAlgorithm,
  type FillEventView,
  type OrderChange,
  type OrderEventView,
  OrderFlags,
  type OrderListener,
  type OrderRequest,
  type OrderResponse,
  OrderSide,
  type OrderState,
  OrderType,
  type OrdStatus,
  type SubmitVerdict,
  TimeInForce,
} from './domain/orders.js';
export type { Account, Position } from './domain/portfolio.js';
export {
  LimitAction,
  RiskLevel,
  type RiskLimit,
  RiskScope,
  type RiskViolation,
  ViolationType,
} from './domain/risk.js';
export { Strategy } from './domain/strategy.js';
export type {
  BarView,
  BookView,
  EventView,
  InstrumentInfo,
  MarketDataMessage,
  PriceLevel,
  QuoteView,
  TopOfBook,
  TradeView,
} from './domain/views.js';
export { Side } from './domain/vocabulary.js';
export {
  type MatchEvent,
  MatchingEngine,
  type MatchingEngineOptions,
  type MatchOrder,
  MatchOrdType,
  type MatchReplacement,
  MatchTimeInForce,
  SelfTradePrevention,
  TradingPhase,
  TriggerBy,
} from './engine/matching-engine.js';
export { OrderBook, type OrderBookOptions } from './engine/order-book.js';
export { type FeedListener, RealTimeDataFeed } from './engine/real-time-data-feed.js';
export {
  type CaptureFeed,
  type InstrumentConfig,
  StreamProcessor,
  type StreamProcessorOptions,
} from './engine/stream-processor.js';
export {
  type OrderManagerOptions,
  RealTimeOrderManager,
  type TradableInstrument,
} from './orders/real-time-order-manager.js';
export {
  type LimitUtilisation,
  RealTimeRiskManager,
  type ScopeState,
} from './risk/real-time-risk-manager.js';
export {
  type ImbalanceOptions,
  type ImbalanceSignal,
  OrderFlowImbalance,
} from './strategies/order-flow-imbalance.js';
export type { FaultOptions } from './venues/loopback/faults.js';
export {
  GeneratorSource,
  type GeneratorSourceOptions,
} from './venues/loopback/generator-source.js';
export type { PlaySpeed } from './venues/loopback/pacer.js';
export {
  type LoopbackCounts,
  LoopbackServer,
  type LoopbackServerOptions,
} from './venues/loopback/server.js';
