/* Polynomial of 2^f on [-1/2, 1/2], shared by the vector sigmoids: degree 5, relative error below 7.5e-8 in exact
 * arithmetic (a minimax fit by iteratively re-weighted least squares), so float32 rounding dominates. */
#ifndef CW2V_EXP2_H
#define CW2V_EXP2_H

#define CW2V_EXP2_C0 1.00000012f
#define CW2V_EXP2_C1 0.693146944f
#define CW2V_EXP2_C2 0.240221202f
#define CW2V_EXP2_C3 0.0555071309f
#define CW2V_EXP2_C4 0.00967554096f
#define CW2V_EXP2_C5 0.00132764713f

#define CW2V_LOG2E 1.44269504088896341f
/* Beyond this the sigmoid of float32 has saturated: 1 / (1 + exp(87)) = 1.6e-38 is close to the smallest normal float, and
 * 87 log2(e) = 125.5 keeps v_exp2 within its contract. */
#define CW2V_SIGMOID_MAX 87.0f

#endif
