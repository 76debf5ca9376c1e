#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "native/core/units.hpp"
#include "native/fix/codec/timestamp_text.hpp"
#include "native/fix/quickfix/shim.h"
#include "native/fix/session/logon_signer.hpp"
#include "native/fix/store/message_store.hpp"
#include "native/fix/store/session_log.hpp"
#include "native/fix/transport/tls_endpoint.hpp"

namespace hft::fix {

/// Which stored orders, changes and cancels a ResendRequest brings again; the rest is filled.
enum class OrderResends : std::uint8_t {
  Never,
  Fresh,  ///< Those of this logon, up to 30 s old.
  Always,
};

/// What a session's settings say beside what the session brain reads of them itself: transport,
/// store, log, logon, fast path. The keys are QuickFIX's where it has one.
struct SessionConfig {
  std::string id;
  std::string beginString;
  std::string senderCompID;
  std::string targetCompID;
  std::string defaultApplVerID;  ///< As configured, such as FIX.5.0SP2; empty before FIXT.
  bool isInitiator = false;

  std::string host;  ///< To connect to, or to listen on.
  std::uint16_t port = 0;
  Nanos reconnectInterval = 0;
  bool usesTls = false;
  std::string serverName;
  TlsEndpointOptions tls;
  std::size_t messageBytesMax = 0;
  std::size_t sendBytesMax = 0;  ///< Unsent bytes beyond which a slow peer is cut off.

  std::size_t flushBytes = 0;  ///< Unsent bytes that do not wait for the end of a burst.

  /// Looks at a connection that has just spoken before the thread sleeps.
  std::uint32_t looksMax = 0;

  StoreOptions store;
  /// The number that the application wants next at the least: what it had received beyond was lost
  /// with its process, and is asked for again. 0: nothing was lost.
  std::uint32_t nextTarget = 0;
  LogOptions log;
  std::vector<std::pair<int, std::string>> logonFields;
  LogonSignature signature = LogonSignature::None;
  std::string signatureSecret;
  bool neverEnds = false;  ///< No schedule resets the numbers.
  OrderResends orderResends = OrderResends::Never;
  Nanos resendAgeMax = 0;  ///< 0: no limit.

  TimePrecision precision = TimePrecision::Millis;
  bool usesDictionary = true;
  std::string transportDictionary;
  std::string applicationDictionary;
  bool checkFieldsOutOfOrder = true;
  bool checkFieldsHaveValues = true;
  bool checkUserDefinedFields = true;
  bool allowUnknownFields = false;
  bool checksLatency = true;
  Nanos latencyMax = 0;
  bool checksCompID = true;
};

/// Reads the settings of `session`. `error` is empty, or says which key is wrong.
struct SessionConfigRead {
  SessionConfig config;
  std::string error;
};
[[nodiscard]] SessionConfigRead readSessionConfig(const HftFixInterface& brain,
                                                  const HftFixEngine* engine,
                                                  std::uint32_t session);

}  // namespace hft::fix
