/* client_curl.h: what client.c and client_smtp.c share. */
#ifndef TEND_IO_CLIENT_CURL_H
#define TEND_IO_CLIENT_CURL_H

#include <curl/curl.h>

/* A handle with everything off that must be off; libcurl is set up on first use. The caller cleans it up. */
CURL *client_curl_new(void);

#endif
