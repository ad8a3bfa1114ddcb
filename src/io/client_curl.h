/* client_curl.h: what client.c and client_smtp.c share. */
#ifndef TEND_IO_CLIENT_CURL_H
#define TEND_IO_CLIENT_CURL_H

#include <curl/curl.h>

/* Sets libcurl up, once; before any other use of it, best while there is one thread. */
void client_init(void);
/* A handle with everything off that must be off; The caller cleans it up. */
CURL *client_curl_new(void);

#endif
