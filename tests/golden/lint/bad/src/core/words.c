#include "base/banned.h"
int x(void);	
int y(void); 
/* TODO: later; FIXME (see /home/ada/notes) */
const char *p = "/home/ada";
