// Drives sarama.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/Shopify/sarama"
)

var codecs = map[string]sarama.CompressionCodec{"": sarama.CompressionNone, "none": sarama.CompressionNone, "gzip": sarama.CompressionGZIP,
	"snappy": sarama.CompressionSnappy, "lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD}

func config(r request) *sarama.Config {
	c := sarama.NewConfig()
	c.Version = sarama.V2_2_0_0
	c.Metadata.Retry.Max, c.Metadata.Retry.Backoff = 60, 250*time.Millisecond
	c.Consumer.Return.Errors = true
	c.Consumer.Retry.Backoff = 100 * time.Millisecond
	c.Consumer.MaxWaitTime = 100 * time.Millisecond
	if r.Ca != "" {
		pem, err := os.ReadFile(r.Ca)
		if err != nil {
			panic(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(pem)
		c.Net.TLS.Enable, c.Net.TLS.Config = true, &tls.Config{RootCAs: roots}
	}
	return c
}

func code(err error) int {
	var number sarama.KError
	var topic *sarama.TopicError
	if errors.As(err, &number) {
		return int(number)
	}
	if errors.As(err, &topic) {
		return int(topic.Err)
	}
	return 0
}

func produce(r request) error {
	c := config(r)
	c.Producer.Return.Successes = true
	c.Producer.Compression = codecs[r.Codec]
	c.Producer.RequiredAcks = sarama.WaitForAll
	if r.Acks != nil {
		c.Producer.RequiredAcks = sarama.RequiredAcks(*r.Acks)
	}
	c.Producer.MaxMessageBytes = 100_000_000
	c.Producer.Flush.Frequency = 10 * time.Millisecond
	c.Producer.Flush.MaxMessages = r.Batch
	c.Producer.Retry.Max, c.Producer.Retry.Backoff = 100, 250*time.Millisecond
	if r.Idempotent {
		c.Producer.Idempotent, c.Net.MaxOpenRequests = true, 1
	}
	// Records that name their partition go there.
	c.Producer.Partitioner = func(topic string) sarama.Partitioner { return sarama.NewManualPartitioner(topic) }
	if len(r.Records) > 0 && r.Records[0].Partition == nil {
		c.Producer.Partitioner = sarama.NewHashPartitioner
	}
	producer, err := sarama.NewAsyncProducer([]string{r.Bootstrap}, c)
	if err != nil {
		return err
	}
	stop := make(<-chan struct{})
	if r.Endless {
		stop = stopped()
	}
	answered := make(chan struct{})
	window := make(chan struct{}, 50)
	go func() {
		for message := range producer.Successes() {
			emit(line{"record": message.Metadata, "partition": message.Partition, "offset": message.Offset})
			if r.Endless {
				<-window
			}
		}
		answered <- struct{}{}
	}()
	go func() {
		for failure := range producer.Errors() {
			emit(line{"record": failure.Msg.Metadata, "error": code(failure.Err), "message": failure.Err.Error()})
			if r.Endless {
				<-window
			}
		}
		answered <- struct{}{}
	}()
	if r.Endless {
		for index := 0; ; index++ {
			select {
			case <-stop:
				goto end
			case window <- struct{}{}:
				producer.Input() <- &sarama.ProducerMessage{Topic: r.Topic, Value: sarama.StringEncoder(fmt.Sprint(index)), Metadata: index}
			}
		}
	}
	for index, record := range r.Records {
		message := &sarama.ProducerMessage{Topic: r.Topic, Metadata: index}
		if record.Key != nil {
			message.Key = sarama.ByteEncoder(toBytes(record.Key))
		}
		if record.Value != nil {
			message.Value = sarama.ByteEncoder(record.bytes())
		}
		if record.Partition != nil {
			message.Partition = *record.Partition
		}
		if record.Timestamp != nil {
			message.Timestamp = time.UnixMilli(*record.Timestamp)
		}
		for _, header := range record.Headers {
			message.Headers = append(message.Headers, sarama.RecordHeader{Key: []byte(header[0]), Value: toBytes(&header[1])})
		}
		producer.Input() <- message
	}
end:
	producer.AsyncClose()
	<-answered
	<-answered
	return nil
}

func emitMessage(message *sarama.ConsumerMessage) {
	headers := [][]any{}
	for _, header := range message.Headers {
		headers = append(headers, []any{string(header.Key), toText(header.Value)})
	}
	emit(line{"partition": message.Partition, "offset": message.Offset, "key": toText(message.Key), "value": toText(message.Value), "headers": headers,
		"timestamp": message.Timestamp.UnixMilli(), "timestampType": nil})
}

func consume(r request) error {
	client, err := sarama.NewClient([]string{r.Bootstrap}, config(r))
	if err != nil {
		return err
	}
	consumer, err := sarama.NewConsumerFromClient(client)
	if err != nil {
		return err
	}
	messages := make(chan *sarama.ConsumerMessage)
	failures := make(chan error)
	ends := map[int32]int64{}
	for _, partition := range r.PartitionList {
		end, err := client.GetOffset(r.Topic, partition, sarama.OffsetNewest)
		if err != nil {
			return err
		}
		first, err := startOf(client, r, partition, end)
		if err != nil {
			return err
		}
		ends[partition] = end
		reader, err := consumer.ConsumePartition(r.Topic, partition, first)
		if err != nil {
			return err
		}
		if first >= end || first == sarama.OffsetNewest {
			delete(ends, partition)
			emit(line{"eof": partition, "offset": end})
		}
		go func() {
			for message := range reader.Messages() {
				messages <- message
			}
		}()
		go func() {
			for failure := range reader.Errors() {
				failures <- failure
			}
		}()
	}
	for seen := 0; r.Count == nil && len(ends) > 0 || r.Count != nil && seen < *r.Count; {
		select {
		case failure := <-failures:
			return failure
		case message := <-messages:
			seen++
			emitMessage(message)
			if end, open := ends[message.Partition]; open && message.Offset == end-1 {
				delete(ends, message.Partition)
				emit(line{"eof": message.Partition, "offset": end})
			}
		}
	}
	return nil
}

func startOf(client sarama.Client, r request, partition int32, end int64) (int64, error) {
	if offset, given := r.Start["offset"]; given {
		return int64(offset.(float64)), nil
	}
	if ms, given := r.Start["time"]; given {
		offset, err := client.GetOffset(r.Topic, partition, int64(ms.(float64)))
		if offset < 0 {
			offset = end
		}
		return offset, err
	}
	if r.Start["reset"] == "latest" {
		return sarama.OffsetNewest, nil
	}
	first, err := client.GetOffset(r.Topic, partition, sarama.OffsetOldest)
	return first, err
}

type member struct{ topic string }

func (m member) Setup(session sarama.ConsumerGroupSession) error {
	assigned := session.Claims()[m.topic]
	if assigned == nil {
		assigned = []int32{}
	}
	emit(line{"assigned": assigned})
	return nil
}

func (m member) Cleanup(session sarama.ConsumerGroupSession) error {
	emit(line{"revoked": session.Claims()[m.topic]})
	return nil
}

// The session commits what is marked by itself and says nothing about it.
func (m member) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		emitMessage(message)
		session.MarkMessage(message, "")
	}
	return nil
}

func group(r request) error {
	c := config(r)
	c.Consumer.Offsets.Initial = sarama.OffsetOldest
	c.Consumer.Offsets.CommitInterval = 100 * time.Millisecond
	// Without it offsets are committed in version 1 of the request, which neither Kafka 4 nor this server has.
	c.Consumer.Offsets.Retention = 24 * time.Hour
	c.Consumer.Group.Heartbeat.Interval = 200 * time.Millisecond
	c.Consumer.Group.Rebalance.Retry.Backoff = 100 * time.Millisecond
	c.Consumer.Group.Rebalance.Retry.Max = 100
	c.Consumer.Group.Session.Timeout = 10 * time.Second
	if r.SessionMs > 0 {
		c.Consumer.Group.Session.Timeout = time.Duration(r.SessionMs) * time.Millisecond
	}
	members, err := sarama.NewConsumerGroup([]string{r.Bootstrap}, r.Group, c)
	if err != nil {
		return err
	}
	go func() {
		for failure := range members.Errors() {
			emit(line{"trouble": failure.Error()})
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	stop := stopped()
	go func() {
		<-stop
		cancel()
	}()
	for ctx.Err() == nil {
		if err := members.Consume(ctx, []string{r.Topic}, member{r.Topic}); err != nil {
			emit(line{"trouble": err.Error()})
			time.Sleep(100 * time.Millisecond)
		}
	}
	if err := members.Close(); err != nil {
		return err
	}
	emit(line{"closed": true})
	return nil
}

// A command that asks the cluster and prints what is to be said about the answer.
func admin(action func(sarama.ClusterAdmin, request) (line, error)) func(request) error {
	return func(r request) error {
		client, err := sarama.NewClusterAdmin([]string{r.Bootstrap}, config(r))
		if err != nil {
			return err
		}
		answer, err := action(client, r)
		if err != nil {
			return err
		}
		if answer == nil {
			answer = line{"ok": true}
		}
		emit(answer)
		return nil
	}
}

func pointers(config map[string]string) map[string]*string {
	entries := map[string]*string{}
	for name := range config {
		value := config[name]
		entries[name] = &value
	}
	return entries
}

func create(client sarama.ClusterAdmin, r request) (line, error) {
	return nil, client.CreateTopic(r.Topic, &sarama.TopicDetail{NumPartitions: r.Partitions, ReplicationFactor: 1, ConfigEntries: pointers(r.Config)}, false)
}

func describe(client sarama.ClusterAdmin, r request) (line, error) {
	topics, err := client.DescribeTopics([]string{r.Topic})
	if err != nil {
		return nil, err
	}
	if topics[0].Err != sarama.ErrNoError {
		return nil, topics[0].Err
	}
	return line{"partitions": len(topics[0].Partitions)}, nil
}

func configs(client sarama.ClusterAdmin, r request) (line, error) {
	entries, err := client.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: r.Topic})
	if err != nil {
		return nil, err
	}
	config := map[string]string{}
	for _, entry := range entries {
		config[entry.Name] = entry.Value
	}
	return line{"config": config}, nil
}

func alter(client sarama.ClusterAdmin, r request) (line, error) {
	return nil, client.AlterConfig(sarama.TopicResource, r.Topic, pointers(r.Config), false)
}

func grow(client sarama.ClusterAdmin, r request) (line, error) {
	return nil, client.CreatePartitions(r.Topic, r.Partitions, nil, false)
}

func trim(client sarama.ClusterAdmin, r request) (line, error) {
	return nil, client.DeleteRecords(r.Topic, map[int32]int64{r.Partition: r.Offset})
}

func remove(client sarama.ClusterAdmin, r request) (line, error) {
	return nil, client.DeleteTopic(r.Topic)
}

func groups(client sarama.ClusterAdmin, r request) (line, error) {
	found, err := client.ListConsumerGroups()
	names := []string{}
	for name := range found {
		names = append(names, name)
	}
	return line{"groups": names}, err
}

func describeGroup(client sarama.ClusterAdmin, r request) (line, error) {
	found, err := client.DescribeConsumerGroups([]string{r.Group})
	if err != nil {
		return nil, err
	}
	return line{"state": found[0].State, "members": len(found[0].Members)}, nil
}

func lag(r request) error {
	client, err := sarama.NewClient([]string{r.Bootstrap}, config(r))
	if err != nil {
		return err
	}
	cluster, err := sarama.NewClusterAdmin([]string{r.Bootstrap}, config(r))
	if err != nil {
		return err
	}
	committed, err := cluster.ListConsumerGroupOffsets(r.Group, map[string][]int32{r.Topic: r.PartitionList})
	if err != nil {
		return err
	}
	for _, partition := range r.PartitionList {
		end, err := client.GetOffset(r.Topic, partition, sarama.OffsetNewest)
		if err != nil {
			return err
		}
		emit(line{"partition": partition, "committed": committed.GetBlock(r.Topic, partition).Offset, "end": end})
	}
	return nil
}

func main() {
	run(map[string]func(request) error{"produce": produce, "consume": consume, "group": group, "lag": lag, "create": admin(create),
		"describe": admin(describe), "configs": admin(configs), "alter": admin(alter), "grow": admin(grow), "trim": admin(trim), "delete": admin(remove),
		"groups": admin(groups), "describeGroup": admin(describeGroup)}, code)
}
