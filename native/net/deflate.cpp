#include "native/net/deflate.hpp"

#include <array>
#include <optional>
#include <zlib.h>

#include "native/net/http_text.hpp"

namespace hft::net {

namespace {

constexpr std::string_view kName = "permessage-deflate";
/// What RFC 7692 section 7.2.1 takes off the end of every message.
constexpr std::string_view kTail{"\x00\x00\xff\xff", 4};
/// A restart copies the window, and two bytes of input ask for one: a message that asks for more
/// than this is an attack.
constexpr unsigned kRestartsMax = 16;

// zlib's input pointer is not const, but it does not write through it.
Bytef* inputOf(std::string_view text) noexcept {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}
Bytef* outputOf(std::span<char> bytes) noexcept { return reinterpret_cast<Bytef*>(bytes.data()); }

/// A window size in decimal, maybe quoted; empty when it is not one of 8 to 15.
std::optional<std::uint8_t> parseWindowBits(std::string_view value) noexcept {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  if (value == "8" || value == "9") return static_cast<std::uint8_t>(value[0] - '0');
  if (value.size() == 2 && value[0] == '1' && value[1] >= '0' && value[1] <= '5') {
    return static_cast<std::uint8_t>(10 + value[1] - '0');
  }
  return std::nullopt;
}

/// The parameters of an answer, and which of them it named.
struct Answer {
  DeflateParameters parameters;
  bool hasServerTakeover = false;
  bool hasClientTakeover = false;
  bool hasServerBits = false;
  bool hasClientBits = false;
};

DeflateError readFlag(std::optional<std::string_view> value, bool& seen, bool& flag) noexcept {
  if (seen) return DeflateError::RepeatedParameter;
  if (value) return DeflateError::BadValue;
  seen = flag = true;
  return DeflateError::Ok;
}

DeflateError readBits(std::optional<std::string_view> value, bool& seen,
                      std::uint8_t& bits) noexcept {
  if (seen) return DeflateError::RepeatedParameter;
  const auto parsed = value ? parseWindowBits(*value) : std::nullopt;
  if (!parsed) return DeflateError::BadValue;
  seen = true;
  bits = *parsed;
  return DeflateError::Ok;
}

DeflateError readParameter(std::string_view text, Answer& answer) noexcept {
  const std::size_t equals = text.find('=');
  const std::string_view name = trimmed(text.substr(0, equals));
  std::optional<std::string_view> value;
  if (equals != std::string_view::npos) value = trimmed(text.substr(equals + 1));
  DeflateParameters& found = answer.parameters;
  if (equalsIgnoringCase(name, "server_no_context_takeover")) {
    return readFlag(value, answer.hasServerTakeover, found.serverNoContextTakeover);
  }
  if (equalsIgnoringCase(name, "client_no_context_takeover")) {
    return readFlag(value, answer.hasClientTakeover, found.clientNoContextTakeover);
  }
  if (equalsIgnoringCase(name, "server_max_window_bits")) {
    return readBits(value, answer.hasServerBits, found.serverMaxWindowBits);
  }
  if (equalsIgnoringCase(name, "client_max_window_bits")) {
    return readBits(value, answer.hasClientBits, found.clientMaxWindowBits);
  }
  return DeflateError::UnknownParameter;
}

}  // namespace

std::string deflateOffer(const DeflateParameters& wanted) {
  std::string offer{kName};
  // Named without a value it says that the server may limit our window.
  offer += "; client_max_window_bits";
  if (wanted.clientMaxWindowBits < 15) {
    offer += '=';
    offer += std::to_string(wanted.clientMaxWindowBits);
  }
  if (wanted.serverMaxWindowBits < 15) {
    offer += "; server_max_window_bits=";
    offer += std::to_string(wanted.serverMaxWindowBits);
  }
  if (wanted.serverNoContextTakeover) offer += "; server_no_context_takeover";
  if (wanted.clientNoContextTakeover) offer += "; client_no_context_takeover";
  return offer;
}

Result<DeflateParameters, DeflateError> parseDeflateAnswer(
    std::string_view answer, const DeflateParameters& wanted) noexcept {
  Answer found;
  std::size_t at = answer.find(';');
  if (!equalsIgnoringCase(trimmed(answer.substr(0, at)), kName)) {
    return DeflateError::UnknownExtension;
  }
  while (at != std::string_view::npos) {
    const std::size_t next = answer.find(';', at + 1);
    const std::size_t length = next == std::string_view::npos ? next : next - at - 1;
    const DeflateError error = readParameter(answer.substr(at + 1, length), found);
    if (error != DeflateError::Ok) return error;
    at = next;
  }
  DeflateParameters& agreed = found.parameters;
  const bool ignoresOffer =
      (wanted.serverNoContextTakeover && !agreed.serverNoContextTakeover) ||
      agreed.serverMaxWindowBits > wanted.serverMaxWindowBits ||
      (found.hasClientBits && agreed.clientMaxWindowBits > wanted.clientMaxWindowBits);
  if (ignoresOffer) return DeflateError::NotWhatWasOffered;
  // What we offered for our own side binds us even where the answer is silent about it.
  if (!found.hasClientBits) agreed.clientMaxWindowBits = wanted.clientMaxWindowBits;
  agreed.clientNoContextTakeover |= wanted.clientNoContextTakeover;
  return agreed;
}

struct Inflater::State {
  z_stream stream{};
  bool forgets = false;
  bool isMessageEmpty = true;   ///< No byte of the current message has been fed.
  bool isAtStreamStart = true;  ///< The stream ended by itself and nothing came after.
  unsigned restarts = 0;        ///< Streams that ended by themselves in the current message.
  std::array<Bytef, 32768> window{};

  ~State() { inflateEnd(&stream); }
};

Inflater::Inflater(std::uint8_t windowBits, bool forgets) : state_(std::make_unique<State>()) {
  state_->forgets = forgets;
  HFT_CHECK(inflateInit2(&state_->stream, -static_cast<int>(windowBits)) == Z_OK);
}

Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

/// Starts a further DEFLATE stream inside a message, after a block with BFINAL, with the window
/// kept: RFC 7692 section 7.2.3.4 allows such blocks, and the window goes on.
bool Inflater::restart() noexcept {
  if (++state_->restarts > kRestartsMax) return false;
  uInt size = 0;
  z_stream* const stream = &state_->stream;
  if (inflateGetDictionary(stream, state_->window.data(), &size) != Z_OK) return false;
  if (inflateReset(stream) != Z_OK) return false;
  state_->isAtStreamStart = true;
  return size == 0 || inflateSetDictionary(stream, state_->window.data(), size) == Z_OK;
}

Result<std::size_t, DeflateError> Inflater::feed(std::string_view in,
                                                 std::span<char> out) noexcept {
  if (in.empty()) return std::size_t{0};
  z_stream& stream = state_->stream;
  state_->isMessageEmpty = false;
  stream.next_in = inputOf(in);
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = outputOf(out);
  stream.avail_out = static_cast<uInt>(out.size());
  while (true) {
    if (stream.avail_out == 0) return DeflateError::OutputFull;
    const int status = ::inflate(&stream, Z_SYNC_FLUSH);
    if (status == Z_STREAM_END) {
      if (!restart()) return DeflateError::BadData;
    } else if (status == Z_OK) {
      state_->isAtStreamStart = false;
    } else if (status != Z_BUF_ERROR || stream.avail_in != 0) {
      return DeflateError::BadData;
    }
    if (stream.avail_in == 0 && stream.avail_out != 0) break;
  }
  return out.size() - stream.avail_out;
}

Result<std::size_t, DeflateError> Inflater::finish(std::span<char> out) noexcept {
  std::size_t written = 0;
  // A payload without a byte stands for an empty message; a stream that has just ended by itself
  // lacks nothing: the tail would read as the start of another block.
  if (!state_->isMessageEmpty && !state_->isAtStreamStart) {
    const auto fed = feed(kTail, out);
    if (!fed.ok()) return fed;
    written = fed.value();
    // Bit 7: zlib stands between two blocks. Elsewhere the message was cut off inside one.
    if ((state_->stream.data_type & 128) == 0) return DeflateError::BadData;
  }
  state_->isMessageEmpty = true;
  state_->restarts = 0;
  if (state_->forgets) {
    state_->isAtStreamStart = true;
    if (inflateReset(&state_->stream) != Z_OK) return DeflateError::BadData;
  }
  return written;
}

struct Deflater::State {
  z_stream stream{};
  bool forgets = false;

  ~State() { deflateEnd(&stream); }
};

Deflater::Deflater(std::uint8_t windowBits, bool forgets) : state_(std::make_unique<State>()) {
  state_->forgets = forgets;
  HFT_CHECK(deflateInit2(&state_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                         -static_cast<int>(windowBits), 8, Z_DEFAULT_STRATEGY) == Z_OK);
}

Deflater::~Deflater() = default;
Deflater::Deflater(Deflater&&) noexcept = default;
Deflater& Deflater::operator=(Deflater&&) noexcept = default;

std::size_t Deflater::bound(std::size_t size) const noexcept {
  // deflateBound knows nothing of the empty block that a flush appends.
  constexpr std::size_t kFlushBytes = 16;
  return deflateBound(&state_->stream, static_cast<uLong>(size)) + kFlushBytes;
}

Result<std::size_t, DeflateError> Deflater::deflate(std::string_view message,
                                                    std::span<char> out) noexcept {
  if (out.size() < bound(message.size())) return DeflateError::OutputFull;
  // Source: RFC 7692 section 7.2.3.6: an empty message is one empty stored block.
  if (message.empty()) {
    out[0] = '\0';
    return std::size_t{1};
  }
  z_stream& stream = state_->stream;
  stream.next_in = inputOf(message);
  stream.avail_in = static_cast<uInt>(message.size());
  stream.next_out = outputOf(out);
  stream.avail_out = static_cast<uInt>(out.size());
  HFT_CHECK(::deflate(&stream, Z_SYNC_FLUSH) == Z_OK && stream.avail_in == 0);
  const std::size_t written = out.size() - stream.avail_out;
  HFT_CHECK(written >= kTail.size());
  if (state_->forgets) HFT_CHECK(deflateReset(&stream) == Z_OK);
  return written - kTail.size();
}

}  // namespace hft::net
