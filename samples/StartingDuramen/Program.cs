using System.Diagnostics;
using Duramen;
using Duramen.Client;
using Duramen.Client.Producers;

long called = Stopwatch.GetTimestamp();
await using DuramenNode node = await DuramenNode.StartAsync();
TimeSpan started = Stopwatch.GetElapsedTime(called);
TimeSpan sinceProcess = DateTime.Now - Process.GetCurrentProcess().StartTime;
Console.WriteLine($"started in {started.TotalMilliseconds:0} ms, {sinceProcess.TotalMilliseconds:0} ms after the process; {Environment.WorkingSet / 1_000_000} MB resident");

await using var client = new KafkaClient(node.BootstrapServers);
await using var producer = new Producer(client);
ProduceResult result = await producer.ProduceAsync(new OutgoingRecord("orders", "2 apples"u8.ToArray()));
Console.WriteLine($"offset {result.Offset} of {result.Partition}");
