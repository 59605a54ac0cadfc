namespace Duramen.Testing.Processes;

/// <summary>A program that a test needs is missing or failed.</summary>
public sealed class ToolException(string message) : Exception(message);
