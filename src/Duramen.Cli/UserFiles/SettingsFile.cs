using Duramen.Core.Errors;

namespace Duramen.Cli.UserFiles;

/// <summary>Reads files that a user names in the settings of a server.</summary>
internal static class SettingsFile
{
    /// <summary>The text of a file; null when it does not exist and need not.</summary>
    /// <exception cref="DuramenException"><see cref="CliErrors.SettingsInvalid"/>: it cannot be read.</exception>
    public static string? Read(string path, bool mustExist)
    {
        try
        {
            return mustExist || File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DuramenException(CliErrors.SettingsInvalid, $"The file {path} cannot be read: {exception.Message}", "Check its path and permissions.", exception);
        }
    }

    /// <summary>When a file was last written; something else when it changes.</summary>
    public static DateTime LastWritten(string path) => File.GetLastWriteTimeUtc(path);
}
