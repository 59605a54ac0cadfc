using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Duramen.Testing.Kafka;

namespace Duramen.Node.Tests;

public sealed class TlsTests
{
    [Fact]
    public async Task A_node_with_a_certificate_serves_over_tls_and_a_new_certificate_counts_from_the_next_connection_on()
    {
        using X509Certificate2 first = Certificate("first");
        using X509Certificate2 second = Certificate("second");
        X509Certificate2 current = first;
        await using DuramenNode node = await DuramenNode.StartAsync(new DuramenNodeOptions { Certificate = () => current });
        await AskAsync(node.KafkaEndPoint, "first");
        current = second;
        await AskAsync(node.KafkaEndPoint, "second");
    }

    [Fact]
    public async Task A_client_without_tls_is_closed_and_the_node_goes_on()
    {
        using X509Certificate2 certificate = Certificate("node");
        await using DuramenNode node = await DuramenNode.StartAsync(new DuramenNodeOptions { Certificate = () => certificate });
        using (WireClient plain = await WireClient.ConnectAsync(node.KafkaEndPoint))
        {
            await plain.SendAsync(new ApiVersionsRequest(), version: 2);
            Assert.Null(await plain.ReceiveAsync());
        }

        await AskAsync(node.KafkaEndPoint, "node");
    }

    /// <summary>Asks for the versions over TLS, of a node that must have a certificate of this name.</summary>
    private static async Task AskAsync(IPEndPoint address, string expected)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address);
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "node", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == $"CN={expected}" });
        using var writer = new KafkaWriter();
        KafkaFrames.WriteRequest(writer, new ApiVersionsRequest(), 2, 1, "tls");
        await tls.WriteAsync(writer.ToArray());
        byte[] size = new byte[4];
        await tls.ReadExactlyAsync(size);
        byte[] frame = new byte[System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(size)];
        await tls.ReadExactlyAsync(frame);
        Assert.NotEmpty(KafkaFrames.ReadResponse<ApiVersionsResponse>(frame, 2, out _).Apis);
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
