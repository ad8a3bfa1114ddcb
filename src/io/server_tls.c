/* server_tls.c: TLS 1.2 and 1.3 by OpenSSL, forward secret and authenticated ciphers only. */
#include "io/server_priv.h"

#include <errno.h>
#include <openssl/err.h>

#include "base/banned.h"

static const unsigned char ALPN[] = "\x08http/1.1";

static int choose_alpn(SSL *tls, const unsigned char **out, unsigned char *out_n, const unsigned char *in, unsigned in_n, void *arg)
{
	(void)tls;
	(void)arg;
	unsigned char *chosen;
	if (SSL_select_next_proto(&chosen, out_n, ALPN, sizeof(ALPN) - 1, in, in_n) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static enum err tls_fault(struct fault *f, int line, const char *what, const char *path)
{
	char reason[200];
	ERR_error_string_n(ERR_peek_last_error(), reason, sizeof(reason));
	ERR_clear_error();
	return fault_set(f, ERR_INPUT, __FILE__, line, "%s %s can't be used: %s. Give a PEM file that the server may read.", what, path,
			 reason);
}

enum err tls_open(const char *cert, const char *key, struct fault *f, SSL_CTX **ret)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	ASSERT(ctx != NULL);
	enum err e = OK;
	ASSERT(SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1);
	ASSERT(SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL") == 1);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
					 SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_alpn_select_cb(ctx, choose_alpn, NULL);
	if (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1)
		e = tls_fault(f, __LINE__, "The certificate", cert);
	else if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(ctx) != 1)
		e = tls_fault(f, __LINE__, "The key", key);
	if (e != OK) {
		SSL_CTX_free(ctx);
		return e;
	}
	*ret = ctx;
	return OK;
}

SSL *tls_new(SSL_CTX *ctx, int fd)
{
	SSL *tls = SSL_new(ctx);
	ASSERT(tls != NULL && SSL_set_fd(tls, fd) == 1);
	SSL_set_accept_state(tls);
	return tls;
}

static int failed(SSL *tls, int r)
{
	int e = SSL_get_error(tls, r);
	ERR_clear_error();
	if (e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE)
		return IO_AGAIN;
	return e == SSL_ERROR_ZERO_RETURN ? 0 : IO_ERROR;
}

int tls_handshake(SSL *tls, bool *ret_out)
{
	ERR_clear_error();
	int r = SSL_do_handshake(tls);
	if (r == 1)
		return 1;
	int e = failed(tls, r);
	*ret_out = SSL_want_write(tls);
	return e == IO_AGAIN ? IO_AGAIN : IO_ERROR;
}

ssize_t tls_read(SSL *tls, char *to, size_t n)
{
	size_t got;
	ERR_clear_error();
	int r = SSL_read_ex(tls, to, n, &got);
	return r == 1 ? (ssize_t)got : failed(tls, r);
}

ssize_t tls_write(SSL *tls, const char *p, size_t n)
{
	size_t put;
	ERR_clear_error();
	int r = SSL_write_ex(tls, p, n, &put);
	int e = r == 1 ? 0 : failed(tls, r);
	return r == 1 ? (ssize_t)put : e == 0 ? IO_ERROR : e;
}
