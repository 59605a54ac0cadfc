using Duramen.Core.Errors;

namespace Duramen.Cli.UserFiles;

/// <summary>Reads the files that a user names: seals, proofs, certificates.</summary>
internal static class UserFile
{
    // A proof holds a batch, which has 2 GiB at most, and most have less than a mebibyte: what is larger than this is something else.
    private const long MaxSizeBytes = 256 << 20;

    /// <exception cref="DuramenException"><see cref="CliErrors.FileUnreadable"/>.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxSizeBytes ? File.ReadAllBytes(path) : throw Unreadable(path, $"it has more than {MaxSizeBytes} bytes", null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(path, error.Message, error);
        }
    }

    private static DuramenException Unreadable(string path, string why, Exception? cause) =>
        new(CliErrors.FileUnreadable, $"The file {path} cannot be read: {why}", "Check its path and permissions.", cause);
}
