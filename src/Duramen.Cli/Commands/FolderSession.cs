using Duramen.Cli.Parsing;
using Duramen.Cli.Streams;
using Duramen.Coordination.Topics;
using Duramen.Disk;
using Duramen.Disk.Posix;
using Duramen.Log;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Commands;

/// <summary>A data folder on the real disk, open for one command, and the arguments that name it and its logs.</summary>
internal static class FolderSession
{
    public static CommandArgument Folder { get; } = new("FOLDER", "the data folder");

    public static CommandArgument Log { get; } = new("LOG", "the name of the log, any text");

    public static CommandArgument LogToRead { get; } = new("LOG", "the name of the log; of a topic's log TOPIC/PARTITION is enough, or TOPIC where it has one partition");

    public static CommandOption Output { get; } = new("--output", "FORMAT", "text (the default) or json, one object per line");

    /// <summary>The real disk.</summary>
    public static IDisk Disk { get; } = new PosixDisk();

    /// <summary>The folder argument as an absolute path.</summary>
    public static string PathOf(CommandInput input) => PathOf(input, input.Argument(0)!, Folder.Name);

    /// <summary>A path that the input names as an absolute one.</summary>
    /// <param name="input">The input.</param>
    /// <param name="path">The path as it was given.</param>
    /// <param name="name">The argument or option that gave it.</param>
    public static string PathOf(CommandInput input, string path, string name) =>
        path.Length == 0 ? throw input.Wrong($"{name} is empty")
        : path.Contains('\0') ? throw input.Wrong($"{name} holds a zero character")
        : Path.GetFullPath(path).TrimEnd('/') is { Length: > 0 } full ? full : "/";

    public static bool IsJson(CommandInput input) => input.Choice(Output.Name, "text", "json") == "json";

    /// <summary>Opens the folder that the input names; notices of recovery are said on standard error.</summary>
    public static ValueTask<DataFolder> OpenAsync(CommandInput input, bool createIfMissing = false) => OpenAsync(PathOf(input), createIfMissing);

    /// <summary>Opens a folder; notices of recovery are said on standard error.</summary>
    public static ValueTask<DataFolder> OpenAsync(string path, bool createIfMissing = false)
    {
        // A command ends soon: no maintenance in the background, which would compete with it.
        var options = new StorageOptions { CreateIfMissing = createIfMissing, MaintenanceInterval = TimeSpan.Zero, ScrubBytesPerSecond = 0, Notice = Messages.Say };
        return DataFolder.OpenAsync(Disk, path, options);
    }

    /// <summary>The log that the input names.</summary>
    /// <exception cref="StorageException"><see cref="LogErrors.NotFound"/>.</exception>
    public static DiskLog FindLog(DataFolder folder, CommandInput input) => FindLog(folder, input.Argument(1)!);

    public static DiskLog FindLog(DataFolder folder, string name) => folder.FindLog(name) ?? throw NoLog(folder, name);

    /// <summary>The log that the input names to be looked at: by its own name, or by the topic whose it is, TOPIC or TOPIC/PARTITION.</summary>
    /// <exception cref="StorageException"><see cref="LogErrors.NotFound"/>.</exception>
    /// <exception cref="UsageException">The topic has several partitions.</exception>
    public static DiskLog FindLogToRead(DataFolder folder, CommandInput input)
    {
        string name = input.Argument(1)!;
        if (folder.FindLog(name) is { } log)
        {
            return log;
        }

        DiskLog[] partitions =
        [
            .. folder.Logs.Where(log => TopicLogName.TryParse(log.Name, out TopicLogName own)
                && (own.Topic == name || FormattableString.Invariant($"{own.Topic}/{own.Partition}") == name)),
        ];
        return partitions.Length switch
        {
            0 => throw NoLog(folder, name),
            1 => partitions[0],
            _ => throw input.Wrong($"'{Wording.Name(name)}' is {partitions.Length} logs: name one of them, {string.Join(", ", partitions.Select(static log => log.Name).Order(StringComparer.Ordinal))}"),
        };
    }

    private static StorageException NoLog(DataFolder folder, string name) =>
        new(LogErrors.NotFound, $"{folder.Path} has no log '{name}'.", $"'duramen log list {folder.Path}' lists those it has.");
}
