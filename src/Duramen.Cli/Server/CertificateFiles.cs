using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Duramen.Cli.UserFiles;
using Duramen.Core.Errors;

namespace Duramen.Cli.Server;

/// <summary>A certificate in PEM files, which is read again when they have changed. Safe to call from any thread.</summary>
internal sealed class CertificateFiles
{
    private readonly Lock _gate = new();
    private readonly string _certificatePath;
    private readonly string _keyPath;
    private (DateTime Certificate, DateTime Key) _read;
    private X509Certificate2? _certificate;

    /// <param name="certificatePath">The certificate and those between it and a root.</param>
    /// <param name="keyPath">The key; null when it is in the same file.</param>
    public CertificateFiles(string certificatePath, string? keyPath)
    {
        _certificatePath = certificatePath;
        _keyPath = keyPath ?? certificatePath;
    }

    /// <summary>The certificate as the files have it. Files that are being replaced and cannot be read leave the one before in use.</summary>
    /// <exception cref="DuramenException"><see cref="CliErrors.SettingsInvalid"/>: they never could be read.</exception>
    public X509Certificate2 Current()
    {
        lock (_gate)
        {
            (DateTime, DateTime) written = (SettingsFile.LastWritten(_certificatePath), SettingsFile.LastWritten(_keyPath));
            if (_certificate is null || written != _read)
            {
                try
                {
                    _certificate = X509Certificate2.CreateFromPem(SettingsFile.Read(_certificatePath, mustExist: true), SettingsFile.Read(_keyPath, mustExist: true));
                    _read = written;
                }
                catch (Exception exception) when (exception is CryptographicException or ArgumentException or DuramenException)
                {
                    return _certificate ?? throw new DuramenException(
                        CliErrors.SettingsInvalid,
                        $"The certificate in {_certificatePath} with the key in {_keyPath} cannot be used: {exception.Message}",
                        "Give PEM files that belong together.",
                        exception);
                }
            }

            return _certificate;
        }
    }
}
