/* client_guard.c: see client_guard.h. The ranges are those of the IANA special-purpose registries. */
#include "io/client_guard.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/banned.h"

enum verdict { PUBLIC, PRIVATE, NEVER };

struct range4 {
	uint8_t net[4];
	int bits;
	enum verdict verdict;
};

/* The first that fits counts. */
static const struct range4 RANGES4[] = {
	{ { 0, 0, 0, 0 }, 32, PRIVATE },          /* this host: the same as loopback */
	{ { 0, 0, 0, 0 }, 8, NEVER },
	{ { 10, 0, 0, 0 }, 8, PRIVATE },
	{ { 100, 100, 100, 200 }, 32, NEVER },    /* metadata of a cloud */
	{ { 100, 64, 0, 0 }, 10, PRIVATE },       /* carrier-grade NAT, overlay networks */
	{ { 127, 0, 0, 0 }, 8, PRIVATE },
	{ { 168, 63, 129, 16 }, 32, NEVER },      /* a cloud's host agent, on a public address */
	{ { 169, 254, 0, 0 }, 16, NEVER },        /* link-local, and metadata */
	{ { 172, 16, 0, 0 }, 12, PRIVATE },
	{ { 192, 0, 0, 0 }, 24, NEVER },
	{ { 192, 0, 2, 0 }, 24, NEVER },
	{ { 192, 88, 99, 0 }, 24, NEVER },
	{ { 192, 168, 0, 0 }, 16, PRIVATE },
	{ { 198, 18, 0, 0 }, 15, NEVER },
	{ { 198, 51, 100, 0 }, 24, NEVER },
	{ { 203, 0, 113, 0 }, 24, NEVER },
	{ { 224, 0, 0, 0 }, 3, NEVER },           /* multicast, reserved, broadcast */
};

static bool prefix_is(const uint8_t *addr, const uint8_t *net, int bits)
{
	int bytes = bits / 8, rest = bits % 8;
	return memcmp(addr, net, (size_t)bytes) == 0 && (rest == 0 || ((addr[bytes] ^ net[bytes]) >> (8 - rest)) == 0);
}

static enum verdict judge4(const uint8_t addr[4])
{
	for (size_t i = 0; i < ARRAY_LEN(RANGES4); i++)
		if (prefix_is(addr, RANGES4[i].net, RANGES4[i].bits))
			return RANGES4[i].verdict;
	return PUBLIC;
}

static enum verdict judge6(const uint8_t addr[16])
{
	static const uint8_t ZERO[16] = { 0 }, ONE[16] = { [15] = 1 }, MAPPED[12] = { [10] = 0xff, [11] = 0xff };
	static const uint8_t NAT64[12] = { 0x00, 0x64, 0xff, 0x9b }, DOC[4] = { 0x20, 0x01, 0x0d, 0xb8 };
	static const uint8_t PROTOCOLS[3] = { 0x20, 0x01, 0x00 }, METADATA[16] = { 0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x54 };
	if (memcmp(addr, ZERO, 16) == 0 || memcmp(addr, ONE, 16) == 0)
		return PRIVATE;
	if (memcmp(addr, MAPPED, 12) == 0 || memcmp(addr, NAT64, 12) == 0)
		return judge4(addr + 12);
	if (addr[0] == 0x20 && addr[1] == 0x02) /* 6to4 carries an IPv4 address */
		return judge4(addr + 2) == PUBLIC ? PUBLIC : NEVER;
	if (memcmp(addr, METADATA, 16) == 0)
		return NEVER;
	if ((addr[0] & 0xfe) == 0xfc)
		return PRIVATE;
	if (prefix_is(addr, PROTOCOLS, 23) || prefix_is(addr, DOC, 32)) /* Teredo, ORCHID, documentation */
		return NEVER;
	return (addr[0] & 0xe0) == 0x20 ? PUBLIC : NEVER; /* 2000::/3 is what is given out */
}

bool client_addr_allowed(const struct sockaddr *addr, bool allow_private)
{
	enum verdict v = NEVER;
	if (addr->sa_family == AF_INET)
		v = judge4((const uint8_t *)&((const struct sockaddr_in *)(const void *)addr)->sin_addr);
	else if (addr->sa_family == AF_INET6)
		v = judge6((const uint8_t *)&((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr);
	return v == PUBLIC || (v == PRIVATE && allow_private);
}
