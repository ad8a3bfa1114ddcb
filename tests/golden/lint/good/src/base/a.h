/* a.h: base. */
extern const int A;
