namespace Duramen.Cli.Parsing;

/// <summary>An option of a command.</summary>
/// <param name="Name">With its two dashes.</param>
/// <param name="Value">What its value is called in the help; null when it takes none.</param>
/// <param name="Help">What it does.</param>
/// <param name="Range">The numbers it takes, where it takes a whole number.</param>
/// <param name="IsRepeatable">Whether it may be given several times.</param>
internal sealed record CommandOption(string Name, string? Value, string Help, NumberRange? Range = null, bool IsRepeatable = false);
