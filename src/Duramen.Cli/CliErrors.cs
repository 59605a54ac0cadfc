using Duramen.Core.Errors;

namespace Duramen.Cli;

/// <summary>The codes of the failures that only the command line has.</summary>
internal static class CliErrors
{
    /// <summary>Standard input could not be read.</summary>
    public static ErrorCode InputFailed => new("input-failed");

    /// <summary>A line of the input cannot become a record.</summary>
    public static ErrorCode InputInvalid => new("input-invalid");

    /// <summary>A setting of a server does not exist, or cannot have the value that it was given.</summary>
    public static ErrorCode SettingsInvalid => new("settings-invalid");

    /// <summary>There is no history or other data for the quickstart to load.</summary>
    public static ErrorCode HistoryUnreadable => new("history-unreadable");

    /// <summary>Standard output could not be written, or was closed while it was needed.</summary>
    public static ErrorCode OutputFailed => new("output-failed");

    /// <summary>A file that the command line names cannot be read.</summary>
    public static ErrorCode FileUnreadable => new("file-unreadable");

    /// <summary>The server does not answer HTTP, or does not say where.</summary>
    public static ErrorCode HttpNotServed => new("http-not-served");

    /// <summary>What was asked for over HTTP did not come, or is none of what a server of ours answers.</summary>
    public static ErrorCode HttpFailed => new("http-failed");

    /// <summary>An assembly that the command line names is none, or cannot be loaded.</summary>
    public static ErrorCode AssemblyUnusable => new("assembly-unusable");

    /// <summary>An assembly has no class that can be replayed, or several, or one that cannot be made.</summary>
    public static ErrorCode MachineUnusable => new("machine-unusable");
}
