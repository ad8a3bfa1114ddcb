/* rota.h: a slice that nobody listed. */
