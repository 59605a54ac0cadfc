using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Duramen.Client.Consumers;
using Duramen.Client.Logs;
using Duramen.Client.Producers;
using Duramen.Core.Ids;
using Duramen.Log;

namespace Duramen.Client.Tests.Connections;

public sealed class TlsTests
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_client_produces_consumes_and_reads_a_log_over_tls()
    {
        using X509Certificate2 certificate = Certificate();
        await using DuramenNode node = await DuramenNode.StartAsync(new DuramenNodeOptions { Certificate = () => certificate });
        await using var client = new KafkaClient(new ClientOptions { BootstrapServers = node.BootstrapServers, Tls = Trusting(certificate) });
        using var hangs = new CancellationTokenSource(HangGuard);
        await using (var producer = new Producer(client))
        {
            for (int index = 0; index < 500; index++)
            {
                await producer.EnqueueAsync(new OutgoingRecord("t", Encoding.UTF8.GetBytes($"{index} {new string('x', 1_000)}")), hangs.Token);
            }

            await producer.FlushAsync(hangs.Token);
        }

        await using var consumer = new Consumer(client, new ConsumerOptions { StopsAtEnd = true });
        consumer.Assign([new TopicPartition("t", 0)], ReadPosition.Beginning);
        List<string> read = [];
        await foreach (ConsumedRecord record in consumer.ReadAllAsync(hangs.Token))
        {
            read.Add(Encoding.UTF8.GetString(record.Value!.Value.Span).Split(' ')[0]);
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(index => $"{index}"), read);
        await using RemoteLog log = await RemoteLog.OpenAsync(client, new TopicPartition("t", 0), hangs.Token);
        using LogSlice slice = await log.ReadAsync(Offset.Zero, ReadLimits.Default, hangs.Token);
        Assert.Equal(new Offset(500), log.Watermarks.Committed);
        Assert.False(slice.Batches.IsEmpty);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_ends_the_attempt_and_says_why()
    {
        using X509Certificate2 certificate = Certificate();
        await using DuramenNode node = await DuramenNode.StartAsync(new DuramenNodeOptions { Certificate = () => certificate });
        await using var client = new KafkaClient(new ClientOptions { BootstrapServers = node.BootstrapServers, Tls = new(), UnreachableTimeoutMs = 0 });

        ClientException refused = await Assert.ThrowsAsync<ClientException>(() => new Admin.AdminClient(client).ListTopicsAsync().WaitAsync(HangGuard));

        Assert.Equal(ClientErrors.Unreachable, refused.Code);
        Assert.Contains("certificate", refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_client_without_tls_at_a_port_with_it_is_told_so()
    {
        using X509Certificate2 certificate = Certificate();
        await using DuramenNode node = await DuramenNode.StartAsync(new DuramenNodeOptions { Certificate = () => certificate });
        await using var client = new KafkaClient(new ClientOptions { BootstrapServers = node.BootstrapServers, UnreachableTimeoutMs = 0 });

        ClientException refused = await Assert.ThrowsAsync<ClientException>(() => new Admin.AdminClient(client).ListTopicsAsync().WaitAsync(HangGuard));

        Assert.Contains(refused.Code, new[] { ClientErrors.ConnectionLost, ClientErrors.BadResponse });
    }

    private static SslClientAuthenticationOptions Trusting(X509Certificate2 certificate) => new()
    {
        RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString(),
    };

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
