using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Duramen.Cli.Tests;

/// <summary>Commands on a server that speaks TLS.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _server;
    private readonly string _trusted;
    private readonly string _bootstrap;

    public TlsTests()
    {
        (_trusted, string key) = WriteCertificate("served");
        string settings = Path.Combine(_folder.Root, "settings.json");
        File.WriteAllText(settings, JsonSerializer.Serialize(new { Duramen = new { Tls = new { Certificate = _trusted, Key = key } } }));
        _server = Executable.Start("server", "--config", settings, "--data", _folder.Data, "--kafka", "127.0.0.1:0", "--http", "none");
        _server.BeginErrorReadLine();
        _bootstrap = Regex.Match(_server.StandardOutput.ReadLine() ?? "", "kafka=([^ ]+)").Groups[1].Value;
    }

    public void Dispose()
    {
        Executable.Signal(_server, "-TERM");
        Executable.End(_server);
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_server_whose_certificate_is_trusted_is_talked_to()
    {
        Run("1\n2\n", "produce", "t", "--tls", _trusted).Succeeded();

        Assert.Equal("1\n2\n", Run("", "consume", "t", "--tls", _trusted).Succeeded().Output);
        using Process list = Executable.StartProgram("env", $"DURAMEN_TLS={_trusted}", Executable.Path, "topic", "list", "--bootstrap", _bootstrap);
        Assert.Equal("t\t1\n", list.StandardOutput.ReadToEnd());
        Executable.End(list);
    }

    [Fact]
    public void A_server_that_is_not_trusted_is_not_talked_to()
    {
        Run("", "topic", "list", "--tls", WriteCertificate("other").Certificate).Failed("client-unreachable");
        Run("", "topic", "list", "--tls", "system").Failed("client-unreachable");
    }

    [Fact]
    public void Without_TLS_the_message_asks_whether_the_server_expects_it() =>
        Assert.Contains("whether it expects TLS", Run("", "topic", "list").Failed("client-connection-lost").Errors, StringComparison.Ordinal);

    [Fact]
    public void A_file_without_certificates_is_refused_before_anything_is_sent()
    {
        string empty = Path.Combine(_folder.Root, "empty.pem");
        File.WriteAllText(empty, "nothing");

        Outcome refused = Run("", "topic", "list", "--tls", empty);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains($"--tls is '{empty}', which holds no certificate in PEM", refused.Errors, StringComparison.Ordinal);
        Run("", "topic", "list", "--tls", empty + ".missing").Failed("file-unreadable");
    }

    private (string Certificate, string Key) WriteCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string path = Path.Combine(_folder.Root, $"{name}.pem");
        File.WriteAllText(path, certificate.ExportCertificatePem());
        File.WriteAllText(path + ".key", key.ExportPkcs8PrivateKeyPem());
        return (path, path + ".key");
    }

    private Outcome Run(string input, params string[] arguments) => Executable.Run(input, [.. arguments, "--bootstrap", _bootstrap]);
}
