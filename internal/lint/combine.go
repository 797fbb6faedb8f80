package lint

import "maps"

// Param is a parameter with the values that matter: the first is the least a customer can ask for
// (off, not given), the last the most.
type Param struct {
	Name   string
	Values []string
}

const mostCombinations = 64

// Combinations gives launches, each with a value for every parameter: all combinations where there
// are at most 64. Beyond that: all first values, all last values, and so many more that any two
// values of any two parameters meet in some launch. Same parameters, same launches, in one order.
func Combinations(params []Param) []map[string]string {
	total := 1
	for _, p := range params {
		if total *= len(p.Values); total > mostCombinations {
			return pairwise(params)
		}
	}
	return Crossed(params)
}

// Crossed gives every combination of the parameters' values.
func Crossed(params []Param) []map[string]string {
	rows := []map[string]string{{}}
	for _, p := range params {
		var longer []map[string]string
		for _, row := range rows {
			for _, value := range p.Values {
				more := maps.Clone(row)
				more[p.Name] = value
				longer = append(longer, more)
			}
		}
		rows = longer
	}
	return rows
}

// pair is two values, by index, of two parameters, i < j.
type pair struct{ i, a, j, b int }

// pairwise is greedy: each row begins with a pair that has not met and takes, parameter by
// parameter, the value that makes most new pairs with the ones already taken.
func pairwise(params []Param) []map[string]string {
	least, most := make([]int, len(params)), make([]int, len(params))
	for i, p := range params {
		most[i] = len(p.Values) - 1
	}
	met := map[pair]bool{}
	rows := []map[string]string{
		launchOf(params, least, met),
		launchOf(params, most, met),
	}
	for j := range params {
		for i := range j {
			for a := range params[i].Values {
				for b := range params[j].Values {
					if next := (pair{i, a, j, b}); !met[next] {
						rows = append(rows, launchOf(params, fill(params, next, met), met))
					}
				}
			}
		}
	}
	return rows
}

func fill(params []Param, seed pair, met map[pair]bool) []int {
	const open = -1
	row := make([]int, len(params))
	for i := range row {
		row[i] = open
	}
	row[seed.i], row[seed.j] = seed.a, seed.b
	for i, p := range params {
		if row[i] != open {
			continue
		}
		best, gain := 0, -1
		for a := range p.Values {
			news := 0
			for j, b := range row {
				if b != open && !met[ordered(i, a, j, b)] {
					news++
				}
			}
			if news > gain {
				best, gain = a, news
			}
		}
		row[i] = best
	}
	return row
}

// launchOf writes a row out and notes the pairs that meet in it.
func launchOf(params []Param, row []int, met map[pair]bool) map[string]string {
	values := map[string]string{}
	for j, b := range row {
		values[params[j].Name] = params[j].Values[b]
		for i, a := range row[:j] {
			met[pair{i, a, j, b}] = true
		}
	}
	return values
}

func ordered(i, a, j, b int) pair {
	if i > j {
		return pair{j, b, i, a}
	}
	return pair{i, a, j, b}
}
