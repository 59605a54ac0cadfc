// Drives segmentio's kafka-go. This version speaks the record format of Kafka 0.10, which neither Kafka 4 nor this server takes or gives.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"time"

	"github.com/segmentio/kafka-go"
	_ "github.com/segmentio/kafka-go/gzip"
	_ "github.com/segmentio/kafka-go/lz4"
	_ "github.com/segmentio/kafka-go/snappy"
)

const patience = 10 * time.Second

func dialer(r request) *kafka.Dialer {
	d := &kafka.Dialer{Timeout: patience}
	if r.Ca != "" {
		pem, err := os.ReadFile(r.Ca)
		if err != nil {
			panic(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(pem)
		d.TLS = &tls.Config{RootCAs: roots}
	}
	return d
}

func code(err error) int {
	var number kafka.Error
	if errors.As(err, &number) {
		return int(number)
	}
	return 0
}

func leader(r request, partition int32) (*kafka.Conn, error) {
	connection, err := dialer(r).DialLeader(context.Background(), "tcp", r.Bootstrap, r.Topic, int(partition))
	if err == nil {
		err = connection.SetDeadline(time.Now().Add(patience))
	}
	return connection, err
}

func produce(r request) error {
	for index, record := range r.Records {
		connection, err := leader(r, *record.Partition)
		if err != nil {
			return err
		}
		if _, err := connection.WriteMessages(kafka.Message{Key: toBytes(record.Key), Value: record.bytes()}); err != nil {
			return err
		}
		emit(line{"record": index, "partition": *record.Partition, "offset": nil})
	}
	return nil
}

func consume(r request) error {
	for _, partition := range r.PartitionList {
		connection, err := leader(r, partition)
		if err != nil {
			return err
		}
		first, end, err := connection.ReadOffsets()
		if err != nil {
			return err
		}
		if _, err := connection.Seek(first, kafka.SeekAbsolute); err != nil {
			return err
		}
		for offset := first; offset < end; offset++ {
			message, err := connection.ReadMessage(100_000_000)
			if err != nil {
				return err
			}
			emit(line{"partition": partition, "offset": message.Offset, "key": toText(message.Key), "value": toText(message.Value), "headers": [][]any{},
				"timestamp": message.Time.UnixMilli(), "timestampType": nil})
		}
		emit(line{"eof": partition, "offset": end})
	}
	return nil
}

// Controllers are not looked for in this version: the connection is to the one broker.
func dial(r request) (*kafka.Conn, error) {
	return dialer(r).DialContext(context.Background(), "tcp", r.Bootstrap)
}

func create(r request) error {
	connection, err := dial(r)
	if err != nil {
		return err
	}
	entries := []kafka.ConfigEntry{}
	for name, value := range r.Config {
		entries = append(entries, kafka.ConfigEntry{ConfigName: name, ConfigValue: value})
	}
	if err := connection.CreateTopics(kafka.TopicConfig{Topic: r.Topic, NumPartitions: int(r.Partitions), ReplicationFactor: 1, ConfigEntries: entries}); err != nil {
		return err
	}
	emit(line{"ok": true})
	return nil
}

func describe(r request) error {
	partitions, err := dialer(r).LookupPartitions(context.Background(), "tcp", r.Bootstrap, r.Topic)
	if err != nil {
		return err
	}
	emit(line{"partitions": len(partitions)})
	return nil
}

func remove(r request) error {
	connection, err := dial(r)
	if err != nil {
		return err
	}
	if err := connection.DeleteTopics(r.Topic); err != nil {
		return err
	}
	emit(line{"ok": true})
	return nil
}

func main() {
	run(map[string]func(request) error{"produce": produce, "consume": consume, "create": create, "describe": describe, "delete": remove}, code)
}
