using System.Text.Json;

namespace Duramen.Cli.Quickstart;

/// <summary>A commit, as far as the records of its changes tell it.</summary>
internal sealed record GitCommit(string Id, long CommittedMs, DateTimeOffset Authored, string Author, string Subject)
{
    /// <summary>What the commit did to a path.</summary>
    /// <param name="json">Writes the objects.</param>
    /// <param name="path">The path.</param>
    /// <param name="status"><c>added</c>, <c>modified</c> or <c>deleted</c>.</param>
    /// <param name="file">The mode and the id of the content since; null when the path is gone.</param>
    public PathEvent Describe(EventJson json, byte[] path, string status, (string Mode, string Blob)? file) =>
        new(path, CommittedMs, file is { } there ? json.Write(writer => WriteTo(writer, there)) : null, json.Write(writer => WriteTo(writer, status)), this);

    private static void WriteTo(Utf8JsonWriter writer, (string Mode, string Blob) file)
    {
        writer.WriteString("mode"u8, file.Mode);
        writer.WriteString("blob"u8, file.Blob);
    }

    private void WriteTo(Utf8JsonWriter writer, string status)
    {
        writer.WriteString("commit"u8, Id);
        writer.WriteString("status"u8, status);
        writer.WriteString("author"u8, Author);
        writer.WriteString("authorTime"u8, Authored);
        writer.WriteString("subject"u8, Subject);
    }
}
