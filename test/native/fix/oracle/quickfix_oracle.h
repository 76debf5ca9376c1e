#pragma once

#include <stddef.h>
#include <stdint.h>

// QuickFIX behind a C interface, as the oracle of tests and the baseline of benchmarks. It is
// compiled as C++14 with exceptions, which its headers need; nothing it throws gets out.
#ifdef __cplusplus
extern "C" {
#endif

/// What QuickFIX reads out of an ExecutionReport.
typedef struct {
  double lastQty, lastPx, leavesQty, cumQty, avgPx;
  uint64_t textBytes;  ///< OrderID, ClOrdID, ExecID and Symbol together.
  char execType, ordStatus, side;
} OracleReport;

/// Whether `bytes` hold one message that its parser cuts and its Message accepts, and nothing
/// else; without a dictionary.
int oracleAccepts(const char* bytes, size_t size);

/// A data dictionary of the file at `path`; NULL where it can't be loaded.
void* oracleDictionary(const char* path);
void oracleFreeDictionary(void* dictionary);
/// What the dictionary says about a message: 373's value, -1 accepted, -2 no message at all,
/// -3 unknown MsgType; `tag` gets 371.
int oracleValidate(const void* dictionary, const char* bytes, size_t size, int* tag);

/// Parses with checksum and gets twelve typed fields, into a message that is used again.
int oracleReadReport(const char* bytes, size_t size, OracleReport* report);

/// Writes a NewOrderSingle from a message that is used again: sequence number, times, ClOrdID,
/// quantity and price are set each time. Returns the bytes.
size_t oracleWriteOrder(uint64_t msgSeqNum, const char* clOrdID, double orderQty, double price,
                        char* out, size_t room);

#ifdef __cplusplus
}
#endif
