namespace Duramen.Cli.Streams;

/// <summary>Whoever read standard output has gone, as <c>head</c> does; the usual end of a command that prints much.</summary>
internal sealed class OutputClosedException() : Exception("Standard output was closed by its reader.");
