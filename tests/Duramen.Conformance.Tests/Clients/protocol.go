// What the drivers in Go have in common: one JSON document as argument, JSON lines as answer, the end of standard input as the sign to stop.
package main

import (
	"encoding/json"
	"io"
	"os"
	"sync"
)

type sentRecord struct {
	Key       *string    `json:"key"`
	Value     *string    `json:"value"`
	Partition *int32     `json:"partition"`
	Headers   [][]string `json:"headers"`
	Timestamp *int64     `json:"timestamp"`
	Times     int        `json:"times"`
}

type request struct {
	Do            string            `json:"do"`
	Bootstrap     string            `json:"bootstrap"`
	Ca            string            `json:"ca"`
	Topic         string            `json:"topic"`
	Records       []sentRecord      `json:"records"`
	Codec         string            `json:"codec"`
	Acks          *int              `json:"acks"`
	Idempotent    bool              `json:"idempotent"`
	Batch         int               `json:"batch"`
	Endless       bool              `json:"endless"`
	PartitionList []int32           `json:"partitionList"`
	Start         map[string]any    `json:"start"`
	Count         *int              `json:"count"`
	Group         string            `json:"group"`
	SessionMs     int               `json:"sessionMs"`
	Partitions    int32             `json:"partitions"`
	Partition     int32             `json:"partition"`
	Offset        int64             `json:"offset"`
	Config        map[string]string `json:"config"`
}

type line map[string]any

var output sync.Mutex

func emit(l line) {
	text, err := json.Marshal(l)
	if err != nil {
		panic(err)
	}
	output.Lock()
	defer output.Unlock()
	os.Stdout.Write(append(text, '\n'))
}

// Bytes travel as text with one character from U+0000 to U+00FF for each.
func toBytes(text *string) []byte {
	if text == nil {
		return nil
	}
	bytes := make([]byte, 0, len(*text))
	for _, character := range *text {
		bytes = append(bytes, byte(character))
	}
	return bytes
}

func toText(bytes []byte) *string {
	if bytes == nil {
		return nil
	}
	characters := make([]rune, len(bytes))
	for index, value := range bytes {
		characters[index] = rune(value)
	}
	text := string(characters)
	return &text
}

func (r sentRecord) bytes() []byte {
	value := toBytes(r.Value)
	if value == nil {
		return nil
	}
	all := make([]byte, 0, len(value))
	for index := 0; index == 0 || index < r.Times; index++ {
		all = append(all, value...)
	}
	return all
}

// Is closed when standard input ends.
func stopped() <-chan struct{} {
	stop := make(chan struct{})
	go func() {
		io.Copy(io.Discard, os.Stdin)
		close(stop)
	}()
	return stop
}

// Does what the argument says; code finds the number of the protocol's error in an error of the client, or gives 0.
func run(commands map[string]func(request) error, code func(error) int) {
	var r request
	if err := json.Unmarshal([]byte(os.Args[1]), &r); err != nil {
		panic(err)
	}
	command := commands[r.Do]
	if command == nil {
		emit(line{"error": 0, "message": "no such command: " + r.Do})
		return
	}
	if err := command(r); err != nil {
		emit(line{"error": code(err), "message": err.Error()})
	}
}
