/* Status codes of every C function that can fail. cw2v/errors.py turns them into exceptions in one place. */
#ifndef CW2V_STATUS_H
#define CW2V_STATUS_H

typedef enum cw2v_status {
  CW2V_OK = 0,
  CW2V_EINVAL = 1, /* an argument is outside its contract */
  CW2V_EFULL = 2,  /* a caller's buffer is full; grow it and call again */
  CW2V_EUTF8 = 3,  /* bytes of a word are not UTF-8 */
} cw2v_status;

#endif
