/** @file Columns of tables that lie row by row. */

/** One column. @param table - Shape [rows, width]. @returns A copy, shape [rows]. */
export function columnOf(table: Float32Array, width: number, column: number): Float32Array {
  const out = new Float32Array(Math.max(0, Math.ceil((table.length - column) / width)));
  for (let row = 0, from = column; row < out.length; row++, from += width) out[row] = table[from];
  return out;
}
