namespace Duramen.Storage.Scrubbing;

/// <summary>Something that scrubbing found wrong in a file that nobody may have read for a long time.</summary>
/// <param name="LogName">The log.</param>
/// <param name="Path">The file.</param>
/// <param name="Message">What is wrong, and where.</param>
/// <param name="IsRepaired">
/// Whether it was mended: an index is made again from its segment. A damaged segment stays as it is, and reading the damaged part fails.
/// </param>
/// <param name="FoundAt">When it was found.</param>
public sealed record ScrubDefect(string LogName, string Path, string Message, bool IsRepaired, DateTimeOffset FoundAt);
