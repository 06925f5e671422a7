/* Decimal numbers: reading them, and writing the shortest that gives the same float32 back. */
#ifndef CW2V_VECTORS_DECIMAL_H
#define CW2V_VECTORS_DECIMAL_H

#include <stdint.h>

enum {
  CW2V_LONGEST_DECIMAL = 19, /* that cw2v_write_float writes: -1234567800000000.0 */
  CW2V_DECIMAL_BYTES = 32,   /* room that it needs, because it stores eight bytes at a time */
};

/* What a text says: (-1)^negative * digits * 10^exponent; or between that and digits + 1, if there were more than 19
 * digits; or infinity, or not a number. */
typedef enum cw2v_number { CW2V_FINITE, CW2V_INFINITE, CW2V_NAN } cw2v_number;
typedef struct cw2v_decimal {
  uint64_t digits;
  int64_t exponent;
  int negative, more;
  cw2v_number kind;
} cw2v_decimal;

/* Reads the longest number that `text` begins with: [+-] digits [. digits] [e[+-]digits], inf, infinity or nan, in
 * either case. Returns where it ends; NULL where there is none before `end`. */
const uint8_t *cw2v_read_decimal(const uint8_t *text, const uint8_t *end, cw2v_decimal *number);

/* The nearest float32 or float64, ties to even. 0: not certain; *value is then near it, and the caller must find out. */
int cw2v_decimal_to_float(const cw2v_decimal *number, float *value);
int cw2v_decimal_to_double(const cw2v_decimal *number, double *value);

/* Writes the shortest decimal that reads back as `value`, and of these the nearest, in the form of Python's repr(): 0.1,
 * -2.0, 1e-05, 1.5e+16, inf, nan. Returns its length. out: (CW2V_DECIMAL_BYTES). */
int cw2v_write_float(float value, uint8_t *out);

#endif
