using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Duramen.Coordination.Groups;

namespace Duramen.Conformance.Tests.Servers;

/// <summary>A node in this process, on a data folder with real syncs, at a free port.</summary>
internal sealed class NodeServer : IAsyncDisposable
{
    // Members that are killed are missed after this long instead of Kafka's shortest session of 6 seconds.
    public const int SessionMs = 2_000;

    private readonly ServerFolder _folder;
    private readonly DuramenNode _node;

    private NodeServer(ServerFolder folder, DuramenNode node, string? ca)
    {
        _folder = folder;
        _node = node;
        Ca = ca;
    }

    public IPEndPoint Address => _node.KafkaEndPoint;

    /// <summary>The file with the certificate to trust; null without TLS.</summary>
    public string? Ca { get; }

    public static async Task<NodeServer> StartAsync(bool tls = false, int? advertisedPort = null)
    {
        var folder = new ServerFolder();
        string? ca = null;
        X509Certificate2? certificate = null;
        if (tls)
        {
            certificate = MakeCertificate();
            ca = folder.File("ca.pem");
            await File.WriteAllTextAsync(ca, certificate.ExportCertificatePem());
        }

        return new NodeServer(
            folder,
            await DuramenNode.StartAsync(new DuramenNodeOptions
            {
                DataPath = folder.File("data"),
                Certificate = certificate is null ? null : () => certificate,
                AdvertisedPort = advertisedPort,
                Groups = new GroupOptions { InitialRebalanceDelayMs = 0, MinSessionTimeoutMs = SessionMs },
            }),
            ca);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    // It signs itself, so it is both what the server shows and what the clients trust.
    private static X509Certificate2 MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
