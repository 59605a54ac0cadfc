namespace Duramen.Cli.Parsing;

/// <summary>An argument of a command, told from others by its place.</summary>
internal sealed record CommandArgument(string Name, string Help, bool IsOptional = false);
