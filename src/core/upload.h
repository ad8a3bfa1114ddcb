/* upload.h: a stranger's file on its way in: the name cleaned, the type decided by the bytes, the bytes stored as a blob. */
#ifndef TEND_CORE_UPLOAD_H
#define TEND_CORE_UPLOAD_H

#include "core/desk.h"
#include "core/field.h"

/* A name for people: the last path segment, no control or bidi characters, at most 180 bytes with its ending kept; "file" when nothing is left. */
struct str upload_clean_name(struct arena *a, struct str name);
/* The type of the bytes from a closed table (images, PDF, archives, text/plain, …); application/octet-stream otherwise. */
struct str upload_sniff(struct str first_bytes);
/* May it be shown in place? PNG, JPEG, GIF, WebP only. */
bool upload_inline_image(struct str content_type);
/* Stores and describes. fd is read from offset 0 and stays the caller's. */
enum err upload_store_fd(struct ctx *c, int fd, struct str filename, struct upload *ret);
enum err upload_store(struct ctx *c, struct str bytes, struct str filename, struct upload *ret);

#endif
