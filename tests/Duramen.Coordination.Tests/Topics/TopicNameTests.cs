using Duramen.Coordination.Topics;

namespace Duramen.Coordination.Tests.Topics;

public sealed class TopicNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("Orders_2.new-0")]
    [InlineData("...")]
    [InlineData("__consumer_offsets")]
    public void A_name_has_letters_digits_dots_underscores_and_hyphens(string name) => Assert.Null(TopicName.FaultOf(name));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("../a")]
    [InlineData("a\0")]
    [InlineData("a\r\n")]
    [InlineData("straße")]
    [InlineData("a%2e")]
    public void No_other_name_is_taken(string name) => Assert.NotNull(TopicName.FaultOf(name));

    [Fact]
    public void A_name_has_at_most_249_characters()
    {
        Assert.Null(TopicName.FaultOf(new string('a', 249)));
        Assert.NotNull(TopicName.FaultOf(new string('a', 250)));
    }

    [Theory]
    [InlineData("orders/0/0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0", true)]
    [InlineData("orders/12/0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0", true)]
    [InlineData("orders/012/0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0", false)]
    [InlineData("orders/-1/0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0", false)]
    [InlineData("orders/0/0F1E2D3C-4B5A-4978-8796-A5B4C3D2E1F0", false)]
    [InlineData("orders/0/0f1e2d3c4b5a49788796a5b4c3d2e1f0", false)]
    [InlineData("ord ers/0/0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0", false)]
    [InlineData("orders/0", false)]
    [InlineData("duramen.catalog", false)]
    [InlineData("", false)]
    public void The_name_of_a_partitions_log_is_read_back_as_it_is_written_and_no_other_is(string text, bool isOne)
    {
        Assert.Equal(isOne, TopicLogName.TryParse(text, out TopicLogName name));
        Assert.Equal(isOne ? text : default(TopicLogName).ToString(), name.ToString());
    }
}
