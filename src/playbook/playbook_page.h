/* playbook_page.h: what the pages of this folder tell each other and their templates. */
#ifndef TEND_PLAYBOOK_PLAYBOOK_PAGE_H
#define TEND_PLAYBOOK_PLAYBOOK_PAGE_H

#include "playbook/run.h"

struct web;
struct layout;

#endif
