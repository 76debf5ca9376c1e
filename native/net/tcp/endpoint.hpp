#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>

namespace hft::net {

/// A socket address of either family.
struct Endpoint {
  sockaddr_storage storage{};
  socklen_t size = 0;  ///< 0: the text is not an address.
};

/// The endpoint of an IPv4 or IPv6 address as text; names are not looked up.
[[nodiscard]] inline Endpoint parseEndpoint(const std::string& address,
                                            std::uint16_t port) noexcept {
  Endpoint endpoint;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&endpoint.storage, &v4, sizeof v4);
    endpoint.size = sizeof v4;
  } else if (inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&endpoint.storage, &v6, sizeof v6);
    endpoint.size = sizeof v6;
  }
  return endpoint;
}

}  // namespace hft::net
