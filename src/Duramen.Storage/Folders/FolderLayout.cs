using Duramen.Core.Ids;

namespace Duramen.Storage.Folders;

/// <summary>Where everything stands in a data folder. Names of logs are data and never part of a path.</summary>
internal static class FolderLayout
{
    /// <summary>The file whose lock says that the folder is in use.</summary>
    public const string LockFile = "lock";

    /// <summary>The file that says what the folder is.</summary>
    public const string IdentityFile = "duramen.folder";

    /// <summary>The folder of the journal.</summary>
    public const string JournalFolder = "journal";

    /// <summary>The folder of the logs, a folder each.</summary>
    public const string LogsFolder = "logs";

    /// <summary>The folder of what others make of the logs and can make again; nothing of a data folder depends on it.</summary>
    public const string DerivedFolder = "derived";

    /// <summary>What compaction calls a file that it has not finished.</summary>
    public const string UnfinishedSuffix = ".unfinished";

    public static string RelativeLogPath(LogId id) => $"{LogsFolder}/{id}";
}
