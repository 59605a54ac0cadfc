using System.Text;

namespace Duramen.Sql.Tests;

public sealed class RowExpressionTests
{
    [Theory]
    [InlineData("value ->> '$.status' = 'paid'", """{"status":"paid"}""", true)]
    [InlineData("value ->> '$.status' = 'paid'", """{"status":"open"}""", false)]
    [InlineData("value IS NULL", null, true)]
    [InlineData("value > 'm'", null, false)]
    [InlineData("value = 'x' -- a comment", "x", true)]
    [InlineData("offset = 7 AND key = 'k'", "x", true)]
    [InlineData("value IN (SELECT 'x')", "x", true)]
    [InlineData("CAST(value AS REAL) > 1e3", "1000.5", true)]
    public void A_condition_holds_where_it_is_true(string expression, string? value, bool holds)
    {
        using var condition = RowExpression.Compile(expression, ["key", "value", "offset"]);
        condition.Set(0, "k"u8);
        condition.Set(1, value is null ? null : Encoding.UTF8.GetBytes(value));
        condition.Set(2, 7);

        Assert.Equal(holds, condition.Holds());
        Assert.Equal(holds, condition.Holds());
    }

    [Theory]
    [InlineData("value = ", "at character 9: the end")]
    [InlineData("missing = 1", "No such column: missing, at character 1: 'missing = 1'")]
    [InlineData("value = 1) FROM (SELECT 1 AS value", "at character 35: the end")]
    [InlineData("1, 2", "Row value misused")]
    [InlineData("value = ?9", "without parameters")]
    [InlineData("EXISTS (SELECT * FROM orders)", "no table, and not 'orders'")]
    [InlineData("/* never closed", "")]
    public void What_is_no_condition_is_refused(string expression, string message)
    {
        SqlException error = Assert.Throws<SqlException>(() => RowExpression.Compile(expression, ["value"]));

        Assert.Equal(SqlErrors.Malformed, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_the_condition_fails_for_leaves_it_good_for_the_next()
    {
        using var condition = RowExpression.Compile("value ->> '$.x' = 1", ["value"]);
        condition.Set(0, "{"u8);
        Assert.Equal(SqlErrors.Failed, Assert.Throws<SqlException>(() => condition.Holds()).Code);

        condition.Set(0, """{"x":1}"""u8);
        Assert.True(condition.Holds());
    }

    [Fact]
    public void A_condition_has_a_budget_for_each_row()
    {
        using var condition = RowExpression.Compile(
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n) > value", ["value"], new QueryBudget { TimeMs = 50 });
        condition.Set(0, 1);

        Assert.Equal(SqlErrors.OverBudget, Assert.Throws<SqlException>(() => condition.Holds()).Code);
    }
}
