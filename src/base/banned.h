/* banned.h: functions that do not compile here. Included last by every .c file (the compiler gets it with
 * -include for generated code too), after all system headers. */
#ifndef TEND_BASE_BANNED_H
#define TEND_BASE_BANNED_H

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok strtok_r atoi atol atof system popen
#pragma GCC poison tmpnam tempnam mktemp localtime localtime_r gmtime gmtime_r mktime ctime asctime

#endif
