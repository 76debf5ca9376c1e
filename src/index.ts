export type {
  BookSnapshot,
  CaptureCounts,
  LatencyFigures,
  StreamStatistics,
} from './addon/stream-engine.js';
export { ConnectionEvent } from './addon/stream-engine.js';
export {
  type ConfigOptions,
  type ConfigResult,
  ConfigurationManager,
} from './config/configuration-manager.js';
export type { StrategyCatalog } from './config/cross-checks.js';
export type { ConfigProblem, SourcePosition } from './config/problems.js';
export { problemText } from './config/problems.js';
export type { LimitValue } from './config/schema/kinds.js';
export type { RealTimeConfig } from './config/schema/root.js';
export {
  type FixBatchListener,
  type FixEvent,
  type FixFieldValue,
  FixSession,
  FixSessions,
  type FixSessionsOptions,
} from './connectors/fix/fix-session.js';
export type { FixTrade, LevelBook } from './connectors/fix/market-data/book-keeper.js';
export {
  FixMarketData,
  type FixMarketDataCounts,
  type FixMarketDataOptions,
  type FixMarketInstrument,
} from './connectors/fix/market-data/fix-market-data.js';
export { FixMessageView } from './connectors/fix/messages/fix-message-view.js';
export type {
  FixBody,
  FixMessage,
  FixMessageName,
  OtherFixMessage,
} from './connectors/fix/messages/fix-messages.js';
export {
  decodeFixMessage,
  encodeFixBody,
  msgTypeOf,
  type WireField,
} from './connectors/fix/messages/message-codec.js';
export {
  FixOrderEntry,
  type FixOrderEntryOptions,
  type OrderDesk,
  type RecoveredOrder,
} from './connectors/fix/orders/fix-order-entry.js';
export type { FixOrderDialectName } from './connectors/fix/orders/order-dialect.js';
export type { FixInstrument } from './connectors/fix/orders/request-writer.js';
export { readFixSettings, settingsOfYaml } from './connectors/fix/settings.js';
export { BarBuilder, type BarListener, type BarRequest } from './domain/bars.js';
export { type ErrorCode, HftError } from './domain/errors.js';
export type { FeedChannel, FeedCredentials, FeedType } from './domain/feed.js';
export type {
  DataFeedConfig,
  FeedDrive,
  FeedState,
  FeedStatistics,
  FeedTransport,
} from './domain/feed-config.js';
export type {
  BarIndicator,
  BollingerIndicator,
  Indicator,
  IndicatorFactory,
  MacdIndicator,
  SeriesIndicator,
  TouchIndicator,
  VolatilityOptions,
  VolumeIndicator,
} from './domain/indicators.js';
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
export {
  type ParameterDeclaration,
  type ParameterDeclarations,
  type ParameterProblem,
  type ParameterValue,
  type ParameterValues,
  parameter,
  requireParameters,
  resolveParameters,
} from './domain/parameters.js';
export type { Account, Position } from './domain/portfolio.js';
export {
  LimitAction,
  RiskLevel,
  type RiskLimit,
  RiskScope,
  type RiskViolation,
  ViolationType,
} from './domain/risk.js';
export { SeededRandom } from './domain/seeded-random.js';
export { Signal } from './domain/signals.js';
export { Strategy, type StrategyClass } from './domain/strategy.js';
export type {
  BookTop,
  JsonValue,
  RiskEvent,
  RunMode,
  StrategyBars,
  StrategyBooks,
  StrategyClock,
  StrategyContext,
  StrategyInstruments,
  StrategyLog,
  StrategyPositions,
  StrategyRandom,
  StrategyState,
  StrategyTimers,
  TimerView,
  TradedInstrument,
} from './domain/strategy-context.js';
export type { StrategyOrders } from './domain/strategy-orders.js';
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
  type MatchReplacement,
  SelfTradePrevention,
  TradingPhase,
  TriggerBy,
} from './engine/matching-engine.js';
export { OrderBook, type OrderBookOptions } from './engine/order-book.js';
export { type FeedListener, RealTimeDataFeed } from './engine/real-time-data-feed.js';
export type { DescribedDifference } from './engine/replay/describe-difference.js';
export {
  type JournalReplay,
  type ReplayOptions,
  type RunReplay,
  type RunVerdict,
  replayJournal,
} from './engine/replay/replay-journal.js';
export {
  type WhyCheck,
  type WhyOptions,
  type WhyOrder,
  whyOrder,
} from './engine/replay/why-order.js';
export type { BacktestResult } from './engine/report/backtest-result.js';
export { renderHtmlReport } from './engine/report/html-report.js';
export { jsonReport } from './engine/report/json-report.js';
export { deflatedSharpe, expectedMaxSharpe } from './engine/report/statistics.js';
export { textSummary } from './engine/report/text-summary.js';
export {
  type CaptureFeed,
  type InstrumentConfig,
  StreamProcessor,
  type StreamProcessorOptions,
} from './engine/stream-processor.js';
export type {
  ComponentHealth,
  HealthLevel,
  SystemHealth,
} from './engine/system/health.js';
export {
  RealTimeTradingSystem,
  type StopOptions,
  type TradingSystemOptions,
} from './engine/system/real-time-trading-system.js';
export type {
  OrderFill,
  OrderRejection,
  OrderUpdate,
  StrategyFailure,
  SystemEvents,
} from './engine/system/system-events.js';
export type { SystemState } from './engine/system/system-state.js';
export type { SystemStatistics } from './engine/system/system-statistics.js';
export type { MarketSurvey } from './engine/trading/market/market-survey.js';
export {
  type BacktestProgress,
  type ConfiguredBacktestOptions,
  runConfiguredBacktest,
  surveyConfiguredMarket,
} from './engine/trading/run-configured-backtest.js';
export { FastOrders } from './orders/fast-orders.js';
export { type ListResponse, OrderListDesk } from './orders/order-lists.js';
export type { OrderManagerOptions, TradableInstrument } from './orders/order-manager-options.js';
export { RealTimeOrderManager } from './orders/real-time-order-manager.js';
export {
  type LimitUtilisation,
  RealTimeRiskManager,
  type ScopeState,
} from './risk/real-time-risk-manager.js';
export { AvellanedaStoikov } from './strategies/avellaneda-stoikov.js';
export { SHIPPED_PARAMETERS, SHIPPED_STRATEGIES } from './strategies/catalog.js';
export { CrossVenueArbitrage } from './strategies/cross-venue-arbitrage.js';
export { indicatorFactory } from './strategies/indicators/factory.js';
export { Momentum } from './strategies/momentum.js';
export {
  type ImbalanceOptions,
  type ImbalanceSignal,
  OrderFlowImbalance,
} from './strategies/order-flow-imbalance.js';
export { PairsMeanReversion } from './strategies/pairs-mean-reversion.js';
export { SimpleMarketMaker } from './strategies/simple-market-maker.js';
export {
  type ExchangeSession,
  FixExchange,
  type FixExchangeCounts,
  type FixExchangeOptions,
} from './venues/fix/exchange.js';
export type { Matcher, VenueInstrument, VenueSession } from './venues/fix/ports.js';
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
